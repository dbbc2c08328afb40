import * as z from 'zod/mini';

/**
 * A rule that zod has no word for, with the JSON Schema that says the same: from it the description of
 * the API is written, which refuses a rule that it would have to leave out.
 */
function rule<T>(
  holds: (value: T) => boolean,
  error: string,
  schema: Readonly<Record<string, unknown>>,
) {
  return z.refine<T>(holds, { error, params: { schema } });
}

export function minProperties(least: number) {
  return rule<object>(
    (value) => Object.keys(value).length >= least,
    `must have at least ${least} entries`,
    { minProperties: least },
  );
}

export function maxProperties(most: number) {
  return rule<object>(
    (value) => Object.keys(value).length <= most,
    `must have at most ${most} entries`,
    { maxProperties: most },
  );
}
