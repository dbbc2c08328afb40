/** The members of `T` that may be undefined are those that may be missing. */
export type Defined<T> = {
  [Member in keyof T as undefined extends T[Member] ? never : Member]: T[Member];
} & {
  [Member in keyof T as undefined extends T[Member] ? Member : never]?: Exclude<
    T[Member],
    undefined
  >;
};

/** `members` without those that are undefined: what is not known is not there. */
export function defined<const T extends object>(members: T): Defined<T> {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  // Just what the filter did; entries have lost which member had which type.
  return Object.fromEntries(kept) as Defined<T>;
}
