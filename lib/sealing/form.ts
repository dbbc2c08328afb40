import type { SealKey } from './key-ring.ts';

/**
 * The forms of a sealed token: the version that it begins with. `2.` vouches for all of the place, `1.`
 * for nothing that stands beside the token. Which of them is written, the key says that seals.
 */
export type Version = '1' | '2';

/** What a key writes. */
export function versionOf({ form = 1 }: Pick<SealKey, 'form'>): Version {
  return form >= 2 ? '2' : '1';
}

/** What a sealed token is of; undefined for none of ours. */
export function readVersion(sealed: string): Version | undefined {
  const [version] = sealed.split('.', 1);
  return version === '1' || version === '2' ? version : undefined;
}

/** Whether it opens only beside what it was sealed with; false for the form before. */
export function vouchesForAll(sealed: string): boolean {
  return readVersion(sealed) === '2';
}
