/**
 * What a member can be, in few words: `string`, `integer`, `number`, `boolean`, `object`, `any`, a
 * literal in quotes, `#Name` of another shape; several of these with `|` between. Lists hold one
 * shape, objects their members (`name?` may be missing), `*` stands for all other names.
 */
export type Shape = string | readonly [Shape] | { readonly [member: string]: Shape };

export type Shapes = Readonly<Record<string, Shape>>;

/** Where a value is not of its shape, as a path and what is wrong there. */
export function misfits(value: unknown, shape: Shape, shapes: Shapes, at = ''): string[] {
  if (typeof shape === 'string') return ofWords(value, shape, shapes, at);
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((each, index) => misfits(each, shape[0], shapes, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${at} is no object`];
  }
  const found = Object.entries(value).filter(([, each]) => each !== undefined);
  const missing = Object.keys(shape).filter(
    (name) => name !== '*' && !name.endsWith('?') && !found.some(([each]) => each === name),
  );
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...found.flatMap(([name, each]) => {
      const known = shape[name] ?? shape[`${name}?`] ?? shape['*'];
      const place = `${at}.${name}`;
      return known === undefined
        ? [`${place} is not documented`]
        : misfits(each, known, shapes, place);
    }),
  ];
}

function ofWords(value: unknown, words: string, shapes: Shapes, at: string): string[] {
  const each = words.split(' | ').map((word) => {
    if (!word.startsWith('#')) return isOf(value, word) ? [] : [`${at} is not ${words}`];
    return misfits(value, shapes[word.slice(1)] ?? 'any', shapes, at);
  });
  return each.reduce((best, one) => (far(one, at) < far(best, at) ? one : best));
}

/** How far a value is from a shape: members that it lacks count little, another kind counts most. */
function far(problems: readonly string[], at: string): number {
  const present = problems.filter((problem) => !problem.endsWith('is missing'));
  const otherKind = problems.some((problem) => problem.startsWith(`${at} is `));
  return (otherKind ? 1_000_000 : 0) + present.length * 1_000 + problems.length;
}

function isOf(value: unknown, word: string): boolean {
  if (word === 'any') return true;
  if (word === 'null') return value === null;
  if (word === 'integer') return Number.isInteger(value);
  if (word === 'object') return typeof value === 'object' && value !== null;
  if (word.startsWith("'")) return value === word.slice(1, -1);
  return typeof value === word;
}

export function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
