import { createPrivateKey, createPublicKey } from 'node:crypto';
import { FlattenedEncrypt } from 'jose/jwe/flattened/encrypt';
import { importJWK } from 'jose/key/import';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Keyring, newKeys } from '../../../infra/cli/keys.ts';
import { vouchesForAll } from '../../../lib/sealing/form.ts';
import { parseOpenKeys, parseSealKey } from '../../../lib/sealing/key-ring.ts';
import { isSealedBy, opener, type Place, sealer } from '../../../lib/sealing/sealing.ts';

const place: Place = {
  partition: 'SUBJECT#a',
  id: 'connection',
  grant: 'consent',
  gen: 3,
  field: 'access',
  vouched: ['github', '1'],
};

let keyring: Keyring;
beforeAll(async () => {
  keyring = await newKeys();
});
afterEach(() => vi.restoreAllMocks());

const older = () => ({ ...keyring.seal, form: 1 });
const sealed = async (where: Place, key: unknown = keyring.seal) =>
  (await sealer(async () => key).ready())('the token', where);

describe('what a container keeps', () => {
  test('given an access token was opened, when it is asked for again, then it is not opened again; a refresh token is', async () => {
    const opens = opener(async () => keyring.open.keys);
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt');
    for (const [field, times] of [
      ['access', 1],
      ['refresh', 2],
    ] as const) {
      const text = await sealed({ ...place, field });
      decrypt.mockClear();
      for (const _ of [1, 2]) expect(await opens.open(text, { ...place, field })).toBe('the token');
      expect(decrypt, field).toHaveBeenCalledTimes(times);
    }
  });

  test('given a thousand more were opened, when the first is asked for, then it is opened again, and the last is not', async () => {
    const opens = opener(async () => keyring.open.keys);
    const seal = await sealer(async () => keyring.seal).ready();
    const places = Array.from({ length: 1_001 }, (_, gen) => ({ ...place, gen }));
    const texts = await Promise.all(places.map((each) => seal('t', each)));
    const open = (at: number) => opens.open(texts[at] ?? '', places[at] ?? place);
    for (const at of places.keys()) await open(at);
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt');
    await open(1_000);
    await open(1);
    expect(decrypt).toHaveBeenCalledTimes(0);
    await open(0);
    expect(decrypt).toHaveBeenCalledTimes(1);
  });

  test('given a sealing key was used, when it is used again, then it is not imported again', async () => {
    const seals = sealer(async () => keyring.seal);
    await seals.ready();
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    await seals.ready();
    expect(imports).not.toHaveBeenCalled();
  });

  test('given a container that knows no key, when it opens, then it takes what is cached before it asks anew', async () => {
    const reads: boolean[] = [];
    const opens = opener(async (fresh) => {
      reads.push(fresh);
      return keyring.open.keys;
    });
    await opens.open(await sealed(place), place);
    expect(reads).toEqual([false]);
  });
});

describe('the forms', () => {
  test('given a token of each form, when asked by what key it was sealed, then key and form count', async () => {
    const [now, before] = [await sealed(place), await sealed(place, older())];
    const foreign = await newKeys();
    expect(isSealedBy(now, keyring.seal)).toBe(true);
    expect(isSealedBy(before, older())).toBe(true);
    expect(isSealedBy(before, keyring.seal)).toBe(false);
    expect(isSealedBy(now, foreign.seal)).toBe(false);
    for (const none of ['', '2', '2.', '2.bm90IEpTT04.c']) {
      expect(isSealedBy(none, keyring.seal)).toBe(false);
    }
  });

  test('given a token of each form, when asked what it vouches for, then the form before vouches for nothing', async () => {
    expect(vouchesForAll(await sealed(place))).toBe(true);
    expect(vouchesForAll(await sealed(place, older()))).toBe(false);
    expect(vouchesForAll('22.x')).toBe(false);
  });

  // What is in the table today must open tomorrow, whatever the code is called then.
  test.each([
    ['1', ['connection', 'SUBJECT#a', 'connection', 'consent', 3, 'access']],
    ['2', ['vouched', 'SUBJECT#a', 'connection', 'consent', 3, 'access', 'github', '1']],
  ])(
    'given a token of form %s as the standard makes it, when it is opened at its place, then it opens',
    async (version, where) => {
      const { form: _, ...jwk } = { form: 1, ...keyring.seal };
      const jwe = await new FlattenedEncrypt(Buffer.from('by hand'))
        .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: jwk.kid })
        .setAdditionalAuthenticatedData(Buffer.from(JSON.stringify(where)))
        .encrypt(await importJWK(jwk, 'ECDH-ES+A256KW'));
      const parts = [jwe.protected, jwe.encrypted_key, jwe.iv, jwe.ciphertext, jwe.tag];
      const text = [version, ...parts].join('.');
      expect(await opener(async () => keyring.open.keys).open(text, place)).toBe('by hand');
    },
  );
});

describe('keys that are refused', () => {
  const refused = expect.objectContaining({
    details: { reason: 'open_keys_refused', remedy: expect.stringContaining('npm run keys') },
  });

  /** A pair whose private half is a word, with the public half that belongs to it. */
  function wordKey(kid: string) {
    const word = Buffer.from('changeme'.repeat(4));
    const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), word]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const { x } = createPublicKey(key).export({ format: 'jwk' });
    return { kty: 'OKP', crv: 'X25519', kid, x, d: word.toString('base64url') };
  }

  test('given a ring with nothing in it, a word for a private half, or one key twice, when it is read, then it is refused as the ring, with what to do', () => {
    const [good] = keyring.open.keys;
    for (const ring of [[], [wordKey('word')], [good, wordKey('word')], [good, good]]) {
      expect(() => parseOpenKeys(ring)).toThrow(refused);
    }
  });

  test('given a key of exactly sixteen different bytes, when it is read, then it is a key', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => at % 16));
    const key = { kty: 'OKP', crv: 'X25519', kid: 'k', x: bytes.toString('base64url') };
    expect(parseSealKey(key).kid).toBe('k');
  });
});
