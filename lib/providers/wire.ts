import * as z from 'zod/mini';
import type { Visibility } from './repository.ts';

/** An id, as text: hosts send numbers, big ones too, and strings. */
export const idSchema = z.pipe(
  z.union([z.int(), z.bigint(), z.string().check(z.regex(/^\S{1,100}$/))]),
  z.transform((id) => String(id)),
);

/** Text that may be missing; what is no text counts as missing. */
export const looseText = z.catch(z.nullish(z.string()), undefined);

/** A switch that may be missing. */
export const looseFlag = z.catch(z.nullish(z.boolean()), undefined);

/** A word that has to be there. */
export const wordSchema = z.string().check(z.minLength(1), z.maxLength(1_000));

/** `owner/name`; the owner may have slashes of its own. */
export const fullNameSchema = z.string().check(z.regex(/^[^/\s][^\s]*\/[^/\s]+$/));

/**
 * The visibility that a word or a flag says, whatever its case. Where nothing is said the least is
 * assumed, so that nobody takes a private repository for a public one.
 */
export function visibilityOf(
  word: string | null | undefined,
  isPrivate: boolean | null | undefined,
): Visibility {
  const said = word?.toLowerCase();
  if (said === 'internal' || said === 'private' || said === 'public') return said;
  return isPrivate === false ? 'public' : 'private';
}

/** What stands before the last slash and behind it; without one there is no owner. */
export function splitName(fullName: string): { readonly owner: string; readonly name: string } {
  const cut = Math.max(0, fullName.lastIndexOf('/'));
  if (cut === 0) return { owner: '', name: fullName };
  return { owner: fullName.slice(0, cut), name: fullName.slice(cut + 1) };
}

/** Names differ by more than case. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * Of the settings asked for, those that the host took and says to stand otherwise. What it does not
 * say counts as applied, and so does text that it brought into a form of its own.
 */
export function unapplied<Name extends string>(
  wanted: { readonly [name in Name]?: string | boolean | undefined },
  said: { readonly [name in NoInfer<Name>]?: string | boolean | null | undefined },
): Name[] {
  const names = Object.keys(wanted) as Name[]; // its own keys
  return names.filter((name) => {
    const [one, other] = [wanted[name], said[name]];
    if (typeof one === 'boolean') return typeof other === 'boolean' && one !== other;
    return one !== undefined && one.trim() !== '' && other === '';
  });
}
