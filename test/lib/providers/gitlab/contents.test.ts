import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { access, failureOf, get, handle, ok, refuse, scripted, send } from './fixtures.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const readme = { path: 'README.md', content: base64('# Hello\n') };
const code = { path: 'app/project.rb', content: base64('some content') };
const commit = { branch: 'main', message: 'create a new file', files: [readme, code] };
const missing = refuse(404, { message: '404 File Not Found' });

const look = (path: string, reply: Exchange['reply']) =>
  get(`/projects/3/repository/files/${path}`, reply, { ref: 'main' });
const committing = (actions: unknown[], reply: Exchange['reply']) =>
  send(
    'POST',
    '/projects/3/repository/commits',
    { branch: 'main', commit_message: 'create a new file', actions },
    reply,
  );
const made = { status: 201, json: { file_path: 'app/project.rb', branch: 'main' } };
const action = (name: string, { path, content }: typeof readme) => ({
  action: name,
  file_path: path,
  content,
  encoding: 'base64',
});

describe('committing files', () => {
  test('given a new file and a changed one, when committed, then both in one commit', async () => {
    const gitlab = await scripted([
      look('README.md', ok({ encoding: 'base64', content: base64('# Old\n') })),
      look('app%2Fproject.rb', missing),
      committing([action('update', readme), action('create', code)], made),
    ]);
    await gitlab.creation.commitFiles(access, handle, commit);
  });

  test('given one file that is there already, when committed, then only the other one', async () => {
    const gitlab = await scripted([
      look('README.md', ok({ encoding: 'base64', content: readme.content })),
      look('app%2Fproject.rb', missing),
      committing([action('create', code)], made),
    ]);
    await gitlab.creation.commitFiles(access, handle, commit);
  });

  test('given all files there already, when committed again, then there is no second commit', async () => {
    const gitlab = await scripted([
      look('README.md', ok({ content: readme.content })),
      look('app%2Fproject.rb', ok({ content: code.content })),
    ]);
    await gitlab.creation.commitFiles(access, handle, commit);
  });
});

describe('refusals', () => {
  test.each<[string, number, unknown, string, string]>([
    [
      'a protected branch',
      400,
      { message: 'You are not allowed to push into this branch' },
      'Forbidden',
      'branch_protected',
    ],
    [
      'a project not visible yet',
      404,
      { message: '404 Project Not Found' },
      'ProviderUnavailable',
      'not_visible',
    ],
    [
      'a branch not there yet',
      400,
      { message: 'You can only create or edit files when you are on a branch' },
      'ProviderUnavailable',
      'branch_moved',
    ],
    [
      'a file added meanwhile',
      400,
      { message: 'A file with this name already exists' },
      'ProviderUnavailable',
      'branch_moved',
    ],
    [
      'a bad action',
      400,
      { error: 'actions[0][action] does not have a valid value' },
      'InvalidInput',
      'refused_by_provider',
    ],
  ])(
    'given %s, when committed, then the code says so',
    async (_, status, json, expected, reason) => {
      const gitlab = await scripted([
        look('README.md', missing),
        committing([action('create', readme)], refuse(status, json)),
      ]);
      const work = gitlab.creation.commitFiles(access, handle, { ...commit, files: [readme] });
      const failure = await failureOf(work);
      expect([failure.code, failure.details.reason]).toEqual([expected, reason]);
    },
  );

  test('given a look that fails, when committed, then it is not taken for a missing file', async () => {
    const gitlab = await scripted([look('README.md', { status: 500, text: 'Whoops' })]);
    const failure = await failureOf(gitlab.creation.commitFiles(access, handle, commit));
    expect(failure.code).toBe('ProviderUnavailable');
  });
});
