import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { readVersion, type Version, versionOf } from './form.ts';
import { type OpenKey, parseOpenKeys, parseSealKey, type SealKey } from './key-ring.ts';

/** Where a token belongs. Part of what is authenticated, so that it opens nowhere else. */
export interface Place {
  readonly partition: string;
  readonly id: string;
  readonly grant: string;
  readonly gen: number;
  readonly field: 'access' | 'refresh';
  /** What else stands beside the token and must not be changed there, always in the same order. */
  readonly vouched: readonly (string | number | null)[];
}

/** Seals one token for its place, out of memory alone. */
export type Seal = (token: string, place: Place) => Promise<string>;

/** Can hide a token, and cannot read one back. */
export interface Sealer {
  /** Brings the key into memory, so that nothing stands between a provider's answer and its write. */
  ready(): Promise<Seal>;
}

/** Can read what was sealed. */
export interface Opener {
  /** @throws ForgebridgeError `Misconfigured` for anything not sealed for exactly this place. */
  open(sealed: string, place: Place): Promise<string>;
}

/*
 * The form at rest: a version and the five parts of a JWE (RFC 7516 section 7.1). The version in front
 * sets it apart from JWE's own compact form, which knows no additional authenticated data: here that
 * is the place, rebuilt by each reader from the item it read.
 */
const alg = 'ECDH-ES+A256KW';
const enc = 'A256GCM';

const headerSchema = z.object({ alg: z.literal(alg), enc: z.literal(enc), kid: z.string() });

/** Opened tokens kept in one container's memory; the oldest give way. */
const keptTokens = 1_000;

type CryptoKeys = Awaited<ReturnType<typeof importKey>>;

/**
 * The {@link Sealer} of a container. jose is loaded with the first token.
 *
 * @param loadSealKey the secret `keys/seal` as parsed JSON; asked each time, so it may be cached
 * there for as long as a rotated key may stay in use. Checked by {@link parseSealKey}.
 */
export function sealer(loadSealKey: () => Promise<unknown>): Sealer {
  const imported = new Map<string, CryptoKeys>();

  return {
    async ready() {
      const jwk = parseSealKey(await loadSealKey());
      const key = imported.get(jwk.x) ?? (await importKey(jwk));
      imported.set(jwk.x, key);
      const { FlattenedEncrypt } = await import('jose/jwe/flattened/encrypt');

      return async (token, place) => {
        const version = versionOf(jwk);
        const jwe = await new FlattenedEncrypt(Buffer.from(token))
          .setProtectedHeader({ alg, enc, kid: jwk.kid })
          .setAdditionalAuthenticatedData(authenticatedData(version, place))
          .encrypt(key);
        return [version, jwe.protected, jwe.encrypted_key, jwe.iv, jwe.ciphertext, jwe.tag].join(
          '.',
        );
      };
    },
  };
}

/**
 * The {@link Opener} of a container. Keys stay in memory; a `kid` not among them is looked for once
 * more in a fresh read. Opened access tokens stay there too, a bounded number of them.
 *
 * @param loadOpenKeys the keys of the secret `keys/open`, newest first, past any cache when `fresh`.
 * Checked by {@link parseOpenKeys}.
 */
export function opener(loadOpenKeys: (fresh: boolean) => Promise<unknown>): Opener {
  const imported = new Map<string, CryptoKeys>();
  const opened = new Map<string, { readonly sealed: string; readonly token: string }>();

  async function keyOf(kid: string): Promise<CryptoKeys> {
    for (const fresh of [false, true]) {
      const known = imported.get(kid);
      if (known !== undefined) return known;
      for (const jwk of parseOpenKeys(await loadOpenKeys(fresh))) {
        imported.set(jwk.kid, await importKey(jwk));
      }
    }
    const found = imported.get(kid);
    if (found === undefined) throw cannotOpen('unknown_sealing_key');
    return found;
  }

  function keep(name: string, sealed: string, token: string): void {
    opened.set(name, { sealed, token });
    const oldest = opened.size > keptTokens ? opened.keys().next().value : undefined;
    if (oldest !== undefined) opened.delete(oldest);
  }

  return {
    async open(sealed, place) {
      const version = readVersion(sealed);
      if (version === undefined) throw cannotOpen('sealed_token_refused');
      const aad = authenticatedData(version, place);
      const name = aad.toString();
      const known = opened.get(name);
      if (known?.sealed === sealed) return known.token;
      const token = await decrypt(sealed, aad, keyOf);
      if (place.field === 'access') keep(name, sealed, token);
      return token;
    },
  };
}

/** Whether exactly this key sealed it, in the form that the key asks for. */
export function isSealedBy(sealed: string, key: Pick<SealKey, 'kid' | 'form'>): boolean {
  const [version, header = ''] = sealed.split('.');
  return version === versionOf(key) && parseHeader(header)?.kid === key.kid;
}

async function decrypt(
  sealed: string,
  aad: Buffer,
  keyOf: (kid: string) => Promise<CryptoKeys>,
): Promise<string> {
  const [, header, encrypted_key, iv, ciphertext, tag, ...rest] = sealed.split('.');
  if (!header || !encrypted_key || !iv || !ciphertext || !tag || rest.length) {
    throw cannotOpen('sealed_token_refused');
  }
  const kid = parseHeader(header)?.kid;
  if (kid === undefined) throw cannotOpen('sealed_token_refused');
  const key = await keyOf(kid);
  const { flattenedDecrypt } = await import('jose/jwe/flattened/decrypt');
  const jwe = { protected: header, encrypted_key, iv, ciphertext, tag };
  try {
    const { plaintext } = await flattenedDecrypt({ ...jwe, aad: aad.toString('base64url') }, key, {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
    });
    return Buffer.from(plaintext).toString();
  } catch (error) {
    throw cannotOpen('sealed_token_refused', error);
  }
}

/** JSON of a list of strings, numbers and nulls has one reading only, so no two places share it. */
function authenticatedData(version: Version, place: Place): Buffer {
  const { partition, id, grant, gen, field, vouched } = place;
  const where = [partition, id, grant, gen, field];
  const data = version === '1' ? ['connection', ...where] : ['vouched', ...where, ...vouched];
  return Buffer.from(JSON.stringify(data));
}

function parseHeader(part: string): z.output<typeof headerSchema> | undefined {
  try {
    return headerSchema.parse(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

async function importKey(jwk: SealKey | OpenKey) {
  const { importJWK } = await import('jose/key/import');
  return importJWK(jwk, alg);
}

/** Not the user's doing: a key is lost, or somebody wrote to the table. An operator must look. */
function cannotOpen(reason: string, cause?: unknown): ForgebridgeError {
  return new ForgebridgeError('Misconfigured', { reason }, cause);
}
