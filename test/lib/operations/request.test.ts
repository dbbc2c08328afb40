import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRepository } from '../../../lib/api/requests/createRepository.ts';
import { pathProblems } from '../../../lib/operations/paths.ts';

const least = { connection: 'connection', name: 'mine' };

function problems(body: unknown): string[] {
  const parsed = createRepository.body.safeParse(body);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

describe('the request', () => {
  test('given the least that can be asked, when parsed, then the defaults are there', () => {
    expect(createRepository.body.parse(least)).toEqual({
      ...least,
      strategy: 'auto',
      visibility: 'private',
      includeAllBranches: false,
      settings: {},
      files: [],
      commitMessage: 'Add initial files',
      variables: {},
      labels: {},
      onFailure: 'keep',
      deadlineMinutes: 30,
    });
  });

  test.each([
    ['a missing name', { connection: 'connection' }, 'name'],
    ['an unknown field', { ...least, owner: 'x' }, ''],
    ['an unknown setting', { ...least, settings: { stars: 1 } }, 'settings'],
    ['a template that is no full name', { ...least, template: 'starter' }, 'template'],
    ['a template with ..', { ...least, template: 'a/../b' }, 'template'],
    ['a template with %2f', { ...least, template: 'a%2fb/c' }, 'template'],
    ['a namespace with ..', { ...least, namespace: 'a/../b' }, 'namespace'],
    ['a namespace with %2f', { ...least, namespace: 'a%2fb' }, 'namespace'],
    ['a namespace that ends in /', { ...least, namespace: 'a/' }, 'namespace'],
    ['a description of two lines', { ...least, description: 'a\r\nb' }, 'description'],
    ['a description that turns direction', { ...least, description: 'a\u202eb' }, 'description'],
    [
      'a homepage of another scheme',
      { ...least, settings: { homepage: 'javascript:alert(1)' } },
      'settings.homepage',
    ],
    [
      'a file with both kinds of content',
      { ...least, files: [{ path: 'a', text: '', base64: '' }] },
      'files.0',
    ],
    ['a file without content', { ...least, files: [{ path: 'a' }] }, 'files.0'],
    ['sloppy base64', { ...least, files: [{ path: 'a', base64: 'YQ' }] }, 'files.0.base64'],
    [
      '51 files',
      { ...least, files: Array.from({ length: 51 }, (_, i) => ({ path: `f${i}`, text: '' })) },
      'files',
    ],
    ['a variable that is no identifier', { ...least, variables: { 'a-b': '' } }, 'variables.a-b'],
    ['a variable called owner', { ...least, variables: { owner: '' } }, 'variables.owner'],
    ['a label of two lines', { ...least, labels: { a: 'b\nc' } }, 'labels.a'],
    ['a deadline of 0', { ...least, deadlineMinutes: 0 }, 'deadlineMinutes'],
    ['a deadline of 241', { ...least, deadlineMinutes: 241 }, 'deadlineMinutes'],
    ['a deadline of 1.5', { ...least, deadlineMinutes: 1.5 }, 'deadlineMinutes'],
  ])('given %s, when parsed, then that field is refused', (_, body, field) => {
    expect(problems(body)).toContain(field);
  });

  test.each(['', 'a b', 'ä', 'a\n', 'x'.repeat(256)])(
    'given the key %j, when parsed, then it is refused',
    (key) => {
      const { headers } = createRepository;
      expect(headers.safeParse({ 'Idempotency-Key': key }).success).toBe(false);
    },
  );
});

describe('C54 paths of files', () => {
  test.each([
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    './a',
    '.git/config',
    'a/.GIT/hooks',
    'GIT~1/config',
    'a/git~1',
    '.git /config',
    '.git./config',
    '.git . ./config',
    '.git::$INDEX_ALLOCATION/config',
    '.Git:stream',
    'git~1 .',
    '.g\u200cit/config',
    'a\\b',
    'a\0b',
    'a\nb',
    'a\u200bb',
    'a\u202eb',
    'e\u0301',
    'x'.repeat(256),
    `${'a/'.repeat(600)}b`,
  ])('C54 given the path %j, when checked, then it is refused', (path) => {
    expect(pathProblems([path])).toHaveLength(1);
  });

  test.each([
    'README.md',
    '.github/workflows/ci.yml',
    '.gitignore',
    '.git-x',
    'git~10',
    'a b/ü.txt',
    '文档/读我.md',
  ])('given the path %j, when checked, then it is taken', (path) => {
    expect(pathProblems([path])).toEqual([]);
  });

  test('given a path twice or below another file, when checked, then the second one is refused', () => {
    expect(pathProblems(['a', 'b', 'a']).map(({ index }) => index)).toEqual([2]);
    expect(pathProblems(['a/b', 'a', 'a/c']).map(({ index }) => index)).toEqual([0, 2]);
  });

  test('C54 given any path, when it is taken, then it stays inside and outside of .git', () => {
    const part = fc.constantFrom('a', '..', '.', '', '.git', '.Git', 'b.c', '\0', '%2f', '%2e%2e');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const path = parts.join('/');
        if (pathProblems([path]).length > 0) return;
        const { pathname } = new URL(`file:///root/${path.replaceAll('%', '%25')}`);
        expect(pathname.startsWith('/root/')).toBe(true);
        expect(path.toLowerCase().split('/')).not.toContain('.git');
      }),
    );
  });
});
