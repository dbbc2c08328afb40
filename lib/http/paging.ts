import { ForgebridgeError, isForgebridgeError } from '../errors.ts';

/** One page of a host's list, by number and size. */
export interface Place {
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

/** What a host had at a place, and whether it has more behind. */
export interface Found<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** Each a whole number of the next: a page that is too large is read in parts. */
const sizes = [50, 10, 2] as const;

/**
 * One page of a list, and the cursor of the page behind it. A cursor is a page number, never a URL,
 * so that no answer decides where the next request goes; behind a dash it carries the size, where
 * that is not the usual one. A page whose answer is too large is asked for again in smaller parts.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that is none of ours.
 */
export async function readPage<T>(
  cursor: string | undefined,
  ask: (place: Place) => Promise<Found<T>>,
): Promise<{ items: readonly T[]; next?: string }> {
  for (let place = placeOf(cursor); ; ) {
    try {
      const { items, more } = await ask(place);
      return more ? { items, next: cursorOf({ ...place, page: place.page + 1 }) } : { items };
    } catch (error) {
      const smaller = sizes.find((size) => size < place.size);
      const tooLarge =
        isForgebridgeError(error, 'ProviderProtocol') && error.details.reason === 'too_large';
      if (!tooLarge || smaller === undefined) throw error;
      place = { page: (place.page - 1) * (place.size / smaller) + 1, size: smaller };
    }
  }
}

function cursorOf({ page, size }: Place): string {
  return size === sizes[0] ? String(page) : `${page}-${size}`;
}

function placeOf(cursor = '1'): Place {
  const [, page, given] = /^([1-9]\d{0,5})(?:-(\d{1,2}))?$/.exec(cursor) ?? [];
  const size = given === undefined ? sizes[0] : sizes.find((each) => String(each) === given);
  if (page === undefined || size === undefined) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is not a cursor of this list' }],
    });
  }
  return { page: Number(page), size };
}

/** Whether a `Link` header (RFC 8288) names a page behind this one. */
export function linksOn(headers: Headers): boolean {
  return (headers.get('link') ?? '').split(',').some((part) => /;\s*rel="?next\b/.test(part));
}
