import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { providerSecrets } from '../../infra/cloudformation/provider-resources.ts';
import { readProviders } from '../../infra/read-providers.ts';

const folder = mkdtempSync(join(tmpdir(), 'providers-'));
const file = join(folder, 'providers.yml');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** What is told of a file, line by line, without its folder. */
async function told(text: string): Promise<string[]> {
  writeFileSync(file, text);
  const error = await readProviders(file).then(
    () => new Error('nothing is wrong'),
    (raised: Error) => raised,
  );
  return error.message.split('\n').map((line) => line.replace(/^\S*?providers-\w+\//, ''));
}

const gitlab = `- id: gitlab
  kind: gitlab
  name: GitLab
  webUrl: https://gitlab.example
  apiUrl: https://gitlab.example/api/v4
  clientId: ''
  scopes: [api]
`;

describe('a mistake in the providers file', () => {
  test.each([
    [
      'webUrl: https://gitlab.example',
      'webUrl: https://gitlab.example/',
      4,
      /gitlab\.webUrl: write an address .*without a slash/,
    ],
    ["clientId: ''", 'clientId: 123', 6, /gitlab\.clientId: write the app's client id as text/],
    [
      "clientId: ''",
      "clientid: ''",
      6,
      /gitlab\.clientid: there is no such setting: write clientId/,
    ],
    ['scopes: [api]', 'scopes: api', 7, /gitlab\.scopes: write a list of words/],
    ['kind: gitlab', 'kind: gitlob', 2, /gitlab\.kind: write one of github, gitlab/],
    ['name: GitLab', 'colour: red', 3, /gitlab\.colour: there is no such setting: take it out/],
    ['id: gitlab', 'id: GitLab', 1, /GitLab\.id: write an id: a lower-case letter/],
    [
      'kind: gitlab',
      'kind: atomgit\n  flavour: "2024"',
      3,
      /gitlab\.flavour: Set the flavour to 2023 or v5/,
    ],
    ['scopes: [api]', 'scopes: [api', 8, /./],
  ])(
    'given %j written as %j, when the file is read, then line and remedy are told',
    async (right, wrong, line, words) => {
      const all = await told(gitlab.replace(right, wrong));
      const expected = new RegExp(`^providers\\.yml:${line}: ${words.source}`);
      expect(all).toContainEqual(expect.stringMatching(expected));
    },
  );

  test.each([
    [
      'the same id',
      gitlab + gitlab,
      8,
      'gitlab.id: write an id of its own: another provider has it',
    ],
    [
      'an id whose secret would have the same name in the template',
      gitlab.replace('id: gitlab', 'id: g-1') + gitlab.replace('id: gitlab', 'id: g1'),
      8,
      'g1.id: write an id of its own: it is too like g-1',
    ],
    ['no list', 'github: {}\n', 1, 'write a list of providers, each behind "- "'],
    ['nothing', '', 1, 'write a list of providers, each behind "- "'],
  ])('given %s, when the file is read, then that is told', async (_, text, line, words) => {
    expect(await told(text)).toEqual([`providers.yml:${line}: ${words}`]);
  });

  test('given several, when the file is read, then all are told, from top to bottom', async () => {
    const all = await told(gitlab.replace('kind: gitlab', 'kind: x').replace('[api]', 'api'));
    expect(all.map((line) => line.split(':')[1])).toEqual(['2', '7']);
  });

  test('given one, when the template is made, then packaging ends with it', async () => {
    writeFileSync(file, gitlab.replace('kind: gitlab', 'kind: gitlob'));
    vi.stubEnv('PROVIDERS_FILE', file);
    await expect(providerSecrets()).rejects.toThrow('providers.yml:2: gitlab.kind: write one of');
  });

  test('given no file of that name, when it is read, then the setting that names it is told', async () => {
    await expect(readProviders(join(folder, 'none.yml'))).rejects.toThrow('PROVIDERS_FILE names');
  });
});

test('given a providers file without a mistake, when it is read, then its providers are there in its order', async () => {
  writeFileSync(file, gitlab + gitlab.replace('id: gitlab', 'id: gitlab-acme'));
  expect((await readProviders(file)).map(({ id }) => id)).toEqual(['gitlab', 'gitlab-acme']);
});
