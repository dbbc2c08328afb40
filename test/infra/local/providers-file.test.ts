import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { composeProviders, writeProviders } from '../../../infra/local/providers-file.ts';
import type { HostSettings } from '../../../infra/local/sandbox/options.ts';
import { secretFile } from '../../../infra/local/secrets-manager.ts';
import { secretPrefix } from '../../../infra/local/template.ts';
import { readProviders } from '../../../lib/providers/registry.ts';

const host = (id: HostSettings['id'], kind: HostSettings['kind']): HostSettings => ({
  id,
  kind,
  name: `${id} (sandbox)`,
  webUrl: `http://localhost/${id}`,
  apiUrl: `http://localhost/${id}/api`,
  clientId: `sandbox-${id}`,
  clientSecret: `sandbox-secret-${id}`,
  scopes: [],
});
const hosts = [host('github', 'github'), host('gitlab', 'gitlab')];
const entry = (id: string, kind: string, clientId: string) => ({
  id,
  kind,
  clientId,
  webUrl: `https://${id}.example`,
});
const given = JSON.stringify({ secrets: ['real'] });

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'providers-'));
  const secrets = secretFile(join(folder, 'secrets.json'));
  return { secrets, file: join(folder, 'providers.json') };
}

describe('the providers of the local stack', () => {
  test('given a client id and a secret, when they are composed, then the entry means the real host and its secret is kept', () => {
    const { secrets } = setup();
    secrets.put(`${secretPrefix}/github/client`, given);
    const { entries, real } = composeProviders([entry('github', 'github', 'abc')], secrets, hosts);
    expect(real).toEqual(['github']);
    expect(entries[0]).toMatchObject({ webUrl: 'https://github.example', clientId: 'abc' });
    expect(secrets.get(`${secretPrefix}/github/client`)).toBe(given);
  });

  test.each([
    ['no client id', '', true],
    ['no secret', 'abc', false],
  ])(
    'given an entry with %s, when they are composed, then the sandbox serves it',
    (_, clientId, withSecret) => {
      const { secrets } = setup();
      if (withSecret) secrets.put(`${secretPrefix}/github/client`, given);
      const { entries, real } = composeProviders(
        [entry('github', 'github', clientId)],
        secrets,
        hosts,
      );
      expect(real).toEqual([]);
      expect(entries[0]).toMatchObject({
        webUrl: 'http://localhost/github',
        clientId: 'sandbox-github',
      });
    },
  );

  test('given a client id without a secret, when the stack starts a second time, then it is still the sandbox', () => {
    const { secrets } = setup();
    const compose = () => composeProviders([entry('github', 'github', 'abc')], secrets, hosts);
    compose();
    expect(compose().real).toEqual([]);
  });

  test('given a second host of one kind, when they are composed, then it keeps its id and goes to that kind in the sandbox', () => {
    const { secrets } = setup();
    const { entries } = composeProviders([entry('gitlab-acme', 'gitlab', '')], secrets, hosts);
    expect(entries[0]).toMatchObject({ id: 'gitlab-acme', webUrl: 'http://localhost/gitlab' });
    expect(secrets.get(`${secretPrefix}/gitlab-acme/client`)).toContain('sandbox-secret-gitlab');
  });

  test('given hosts of the sandbox that the file lacks, when they are composed, then they are added', () => {
    const { secrets } = setup();
    const { entries } = composeProviders([entry('github', 'github', '')], secrets, hosts);
    expect(entries.map(({ id }) => id)).toEqual(['github', 'gitlab']);
  });

  test('given infra/providers.yml, when the file is written, then the functions can read it and no secret is in it', () => {
    const { secrets, file } = setup();
    writeProviders(file, secrets, hosts);
    const written = readFileSync(file, 'utf8');
    expect(readProviders(JSON.parse(written)).length).toBeGreaterThan(1);
    expect(written).not.toContain('sandbox-secret');
  });
});
