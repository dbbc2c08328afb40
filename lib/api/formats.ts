import * as z from 'zod/mini';

/** The forms of values that several routes take. */

/** The product's own id of its user. */
export const subject = z.string().check(z.regex(/^[\x21-\x7e]{1,256}$/));

export const connectionId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/));
export const operationId = z.string().check(z.regex(/^[A-Za-z0-9_-]{44}$/));
export const installationId = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/));
/** A configured provider. */
export const providerId = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/));

/** Without its owner. Which names a provider takes is its own affair. */
export const repositoryName = z.string().check(z.regex(/^[^\u0000-\u0020\u007f-\u00a0/]{1,255}$/));

/** Where a list goes on. */
const cursor = z.string().check(z.minLength(1), z.maxLength(2048));
/** A user or organisation as in a repository's URL; a nested group has slashes. */
export const namespacePath = z.string().check(z.minLength(1), z.maxLength(255));
/** Where a browser goes afterwards; which addresses are allowed is checked behind this. */
export const returnTo = z.string().check(z.maxLength(2048));

/** The query of a list that is given in pages. */
export const paging = z.strictObject({ cursor: z.exactOptional(cursor) });

/**
 * Controls, line ends and marks that turn a text's direction, left out of it. Written in escapes that
 * regular expressions of every language have: clients are generated from the pattern.
 */
const plain = /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/;

/** Text of one line. */
export function oneLine(maximum: number) {
  return z.string().check(z.maxLength(maximum), z.regex(plain, 'must be one line of plain text'));
}
