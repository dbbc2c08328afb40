import { createPrivateKey, createPublicKey } from 'node:crypto';
import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';

/** 32 bytes in base64url. */
const half = z.string().check(z.regex(/^[\w-]{43}$/));
const publicSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('X25519'),
  kid: z.string().check(z.minLength(1), z.maxLength(128)),
  x: half,
});
const sealSchema = z.extend(publicSchema, {
  /** The newest form of sealed tokens that every deployed version reads; missing: the first. */
  form: z.exactOptional(z.int().check(z.positive())),
});
const privateSchema = z.extend(publicSchema, { d: half });
const holdsPrivateHalf = z.looseObject({ d: z.unknown() });

/** The public X25519 key that seals (RFC 8037). */
export type SealKey = z.output<typeof sealSchema>;
/** The private X25519 key that opens what its public half sealed. */
export type OpenKey = z.output<typeof privateSchema>;

/** Printed in RFC 7748 section 6.1 and RFC 8037 appendix A.6; anybody can open what they seal. */
const published = [
  'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo',
  '3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08',
];

/** 32 random bytes hold about 30 different values; fewer than this is a word repeated, not a key. */
const fewestDistinctBytes = 16;

/**
 * Reads `keys/seal`: one public X25519 JWK with a `kid`.
 *
 * @throws ForgebridgeError `Misconfigured`, reason `seal_key_refused` for an empty, short, default
 * or foreign key, `seal_key_is_private` when it would let its holder open tokens.
 */
export function parseSealKey(jwk: unknown): SealKey {
  if (holdsPrivateHalf.safeParse(jwk).success) throw keyRefused('seal_key_is_private');
  const key = sealSchema.safeParse(jwk);
  if (!key.success || !plausible(key.data.x)) throw keyRefused('seal_key_refused');
  return key.data;
}

/**
 * Reads the keys of `keys/open`: private X25519 JWKs, each with its own `kid`, newest first.
 *
 * @throws ForgebridgeError `Misconfigured`, reason `open_keys_refused` when there is none, or one is
 * empty, short, default, foreign or made of two halves that do not belong together.
 */
export function parseOpenKeys(jwks: unknown): readonly OpenKey[] {
  const keys = z.array(privateSchema).check(z.minLength(1)).safeParse(jwks);
  if (!keys.success) throw keyRefused('open_keys_refused');
  const sound = keys.data.every((key) => plausible(key.x) && plausible(key.d) && belongs(key));
  const kids = new Set(keys.data.map((key) => key.kid));
  if (!sound || kids.size < keys.data.length) throw keyRefused('open_keys_refused');
  return keys.data;
}

function plausible(bytes: string): boolean {
  const distinct = new Set(Buffer.from(bytes, 'base64url')).size;
  return distinct >= fewestDistinctBytes && !published.includes(bytes);
}

function belongs(key: OpenKey): boolean {
  const derived = createPublicKey(createPrivateKey({ key: { ...key }, format: 'jwk' }));
  return derived.export({ format: 'jwk' }).x === key.x;
}

function keyRefused(reason: string): ForgebridgeError {
  return new ForgebridgeError('Misconfigured', {
    reason,
    remedy: 'Make the first keys with npm run keys -- new; never write them by hand.',
  });
}
