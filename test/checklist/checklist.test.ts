import { expect, test } from 'vitest';
import { sources } from '../ground/sources.ts';
import { checklistPage, labelsIn } from './page.ts';
import { labels } from './threats.ts';

test('given the labels of all suites, when compared with the threats, then each is one, and each threat has a test', async () => {
  const tests = await sources('test/**/*.test.ts');
  const used = new Set(tests.flatMap(({ text }) => labelsIn(text)));
  expect([...used].toSorted()).toEqual(labels);
});

test('given cases of one table and a test of two labels, when the page is written, then the table has one line and the other one under each label', () => {
  const page = checklistPage([
    { file: 'test/a.test.ts', line: 1, name: 'C01 given b, when c, then d' },
    { file: 'test/a.test.ts', line: 1, name: 'C01 given a, when c, then d' },
    { file: 'test/b.test.ts', line: 9, name: 'C01 C02 given <x>, when c, then d' },
  ]);
  const [, first = '', second = ''] = page.split(/^### C0[12]$/m);
  expect(first.match(/^- .*/gm)).toEqual([
    '- given \\<x\\>, when c, then d ([b](../test/b.test.ts))',
    '- given a, when c, then d ([a](../test/a.test.ts))',
  ]);
  expect(second.match(/^- .*b\.test\.ts/gm)).toHaveLength(1);
});
