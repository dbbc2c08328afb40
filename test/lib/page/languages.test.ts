import { describe, expect, test } from 'vitest';
import { errorTable } from '../../../lib/errors.ts';
import { stepNames } from '../../../lib/operations/record.ts';
import { fieldProblem, textsIn } from '../../../lib/page/language.ts';
import { type Language, languages } from '../../../lib/page/languages/index.ts';
import { kinds } from '../../../lib/providers/provider.ts';
import { type Reasons, sharedReasons } from '../../../lib/providers/refusal.ts';
import { reasonsOf } from '../../../lib/providers/registry.ts';

const all = Object.entries(languages);
const [[, first] = []] = all;

/** Every text of a language by its path; of one that takes a word, what it makes of one. */
function textsOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value('Word'))]];
  return Object.entries(Object(value)).flatMap(([name, inner]) =>
    textsOf(inner, `${path}.${name}`),
  );
}

/** Texts that are the same in several languages: names and formats. */
const sameEverywhere = new Set(['.markdown']);

describe('the languages of the page', () => {
  test.each(all)(
    'given %s, when compared with the first language, then neither has a text that the other lacks, and none is empty',
    (_, language) => {
      const texts = textsOf(language);
      expect(texts.map(([path]) => path).toSorted()).toEqual(
        textsOf(first)
          .map(([path]) => path)
          .toSorted(),
      );
      expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
    },
  );

  test('given Chinese, when its texts are read, then each is Chinese', () => {
    const english = textsOf(languages.zh).filter(
      ([path, text]) =>
        !/[\u4e00-\u9fff]/.test(text) && path !== '.tag' && !sameEverywhere.has(path),
    );
    expect(english).toEqual([]);
  });

  test.each(all)(
    'given each code, step and reason of a host, when told in %s, then there is a text for it',
    async (_, { failures, steps, reasons }) => {
      expect(Object.keys(failures).toSorted()).toEqual(Object.keys(errorTable).toSorted());
      expect(Object.keys(steps).toSorted()).toEqual([...stepNames].toSorted());
      const tables = await Promise.all(kinds.map(reasonsOf));
      const shared: Reasons = sharedReasons;
      const helped = [...tables, shared].flatMap((table) =>
        Object.entries(table).flatMap(([name, { remedy }]) => (remedy === undefined ? [] : [name])),
      );
      expect(helped.filter((name) => !Object.hasOwn(reasons, name))).toEqual([]);
    },
  );

  test.each([
    ['must be at most 39 characters long', '最多 39 个字符'],
    ['must consist of letters, digits, ".", "_" and "-"', '只能包含字母、数字、“.”、“_”和“-”'],
    ['must not be "." and not hold ".."', '不能是“.”，也不能包含“..”'],
    ['must not end in .git, .wiki or .atom', '不能以 .git、.wiki 或 .atom 结尾'],
    ['words of a host', '平台提示：words of a host'],
  ])('given the problem %s, when told in Chinese, then it is %s', (problem, text) => {
    expect(fieldProblem(textsIn('zh' satisfies Language), problem)).toBe(text);
  });
});
