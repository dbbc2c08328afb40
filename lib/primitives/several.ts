const atOnce = 5;

/** What `act` makes of each, in their order, at most five of them under way at a time. */
export async function severalAtOnce<T, R>(
  all: readonly T[],
  act: (one: T) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  for (let first = 0; first < all.length; first += atOnce) {
    done.push(...(await Promise.all(all.slice(first, first + atOnce).map(act))));
  }
  return done;
}
