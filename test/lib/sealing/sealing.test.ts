import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Keyring, newKeys } from '../../../infra/cli/keys.ts';
import { parseOpenKeys, parseSealKey } from '../../../lib/sealing/key-ring.ts';
import { opener, type Place, sealer } from '../../../lib/sealing/sealing.ts';
import { anyCodePoint } from '../../harness/any-text.ts';
import { failure } from '../vault/world.ts';

const place: Place = {
  partition: 'SUBJECT#a',
  id: 'connection',
  grant: 'consent',
  gen: 3,
  field: 'access',
  vouched: ['host', 7_200_000, null],
};

let keyring: Keyring;
let sealed: string;

beforeAll(async () => {
  keyring = await newKeys();
  sealed = await seal('the token', place);
});

async function seal(token: string, where: Place, ring = keyring): Promise<string> {
  return (await sealer(async () => ring.seal).ready())(token, where);
}

function open(text: string, where: Place = place): Promise<string> {
  return opener(async () => keyring.open.keys).open(text, where);
}

async function refusal(text: string, where: Place = place): Promise<string | undefined> {
  const error = await failure(open(text, where));
  expect(error?.code).toBe('Misconfigured');
  return error?.details.reason;
}

/** The sealed form with one of its parts changed: 0 version, 1 header, … 5 tag. */
function withPart(index: number, change: (part: string) => string): string {
  return sealed
    .split('.')
    .map((part, at) => (at === index ? change(part) : part))
    .join('.');
}

function withHeader(change: object): string {
  return withPart(1, (part) => {
    const header = JSON.parse(Buffer.from(part, 'base64url').toString());
    return Buffer.from(JSON.stringify({ ...header, ...change })).toString('base64url');
  });
}

describe('a sealed token', () => {
  test('given any token, when it is sealed and opened at its place, then it comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyCodePoint, minLength: 1 }), async (token) => {
        // Lone surrogates have no UTF-8 form, and no token has them.
        const whole = token.toWellFormed();
        const text = await seal(whole, place);
        expect(text).not.toContain(whole.length > 8 ? whole : '\0');
        expect(await open(text)).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['another subject', { partition: 'SUBJECT#b' }],
    ['another connection', { id: 'other' }],
    ['another consent', { grant: 'later' }],
    ['the other field', { field: 'refresh' as const }],
  ])('C18 given a ciphertext, when it is moved to %s, then it does not open', async (_, moved) => {
    expect(await refusal(sealed, { ...place, ...moved })).toBe('sealed_token_refused');
  });

  test.each([2, 4])(
    'C19 given a ciphertext of generation 3, when it stands under generation %i, then it does not open',
    async (gen) => {
      expect(await refusal(sealed, { ...place, gen })).toBe('sealed_token_refused');
    },
  );

  test('C20 given plaintext, when it is opened, then it is refused', async () => {
    for (const text of ['', 'gho_plaintext', 'a.b.c', '1.a.b.c.d.e', sealed.slice(2)]) {
      expect(await refusal(text)).toBe('sealed_token_refused');
    }
  });

  test('C20 given any one part missing or empty, when it is opened, then it is refused', async () => {
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const parts = sealed.split('.');
      expect(await refusal(parts.toSpliced(index, 1).join('.'))).toBe('sealed_token_refused');
      expect(await refusal(withPart(index, () => ''))).toBe('sealed_token_refused');
    }
    expect(await refusal(`${sealed}.more`)).toBe('sealed_token_refused');
  });

  test('C20 given an unknown version, when it is opened, then it is refused', async () => {
    expect(await refusal(withPart(0, () => '3'))).toBe('sealed_token_refused');
  });

  test.each([
    ['the first of what it was sealed with', ['other', 7_200_000, null]],
    ['a time', ['host', 7_200_001, null]],
    ['what was missing', ['host', 7_200_000, 1]],
    ['the number of members', ['host', 7_200_000]],
  ])(
    'C19 given %s was changed beside a token, when it is opened, then it does not open',
    async (_, vouched) => {
      expect(await refusal(sealed, { ...place, vouched })).toBe('sealed_token_refused');
    },
  );

  test('C20 given a token that vouches for all, when it is passed off as one of the form before, then it does not open', async () => {
    expect(await refusal(withPart(0, () => '1'))).toBe('sealed_token_refused');
  });

  test('given a key that asks for the form before, when a token is sealed, then older versions can read it, and so can this one', async () => {
    const { form: _, ...older } = keyring.seal;
    const text = await (await sealer(async () => older).ready())('the token', place);
    expect(text).toMatch(/^1\./);
    expect(await open(text, { ...place, vouched: ['not', 'looked', 'at'] })).toBe('the token');
  });

  test.each([
    { alg: 'dir' },
    { alg: 'ECDH-ES' },
    { alg: 'none' },
    { enc: 'A128GCM' },
    { enc: 'none' },
  ])('C20 given the header %o, when it is opened, then it is refused', async (header) => {
    expect(await refusal(withHeader(header))).toBe('sealed_token_refused');
  });

  test('C21 given a tag of any shorter length, when it is opened, then it is refused', async () => {
    for (let bytes = 1; bytes < 16; bytes += 1) {
      const short = (tag: string) =>
        Buffer.from(tag, 'base64url').subarray(0, bytes).toString('base64url');
      expect(await refusal(withPart(5, short))).toBe('sealed_token_refused');
    }
  });

  test('given any one bit flipped, when it is opened, then it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(2, 3, 4, 5), fc.nat(), async (index, bit) => {
        const flipped = withPart(index, (part) => {
          const bytes = Buffer.from(part, 'base64url');
          const at = bit % (bytes.length * 8);
          bytes.writeUInt8(bytes.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
          return bytes.toString('base64url');
        });
        expect(await refusal(flipped)).toBe('sealed_token_refused');
      }),
      { numRuns: 50 },
    );
  });
});

describe('keys in a container', () => {
  test('given a key published after the container read its ring, when its first token is opened, then the ring is read once more', async () => {
    const next = await newKeys(keyring.open.keys);
    const reads: boolean[] = [];
    const opens = opener(async (fresh) => {
      reads.push(fresh);
      return fresh ? next.open.keys : keyring.open.keys;
    });
    expect(await opens.open(sealed, place)).toBe('the token');
    expect(await opens.open(await seal('newer', place, next), place)).toBe('newer');
    expect(reads.filter(Boolean)).toHaveLength(1);
  });

  test('given a kid that is in no ring, when a token is opened, then that is the reason', async () => {
    expect(await refusal(await seal('lost', place, await newKeys()))).toBe('unknown_sealing_key');
  });

  test('given the ring could not be read once, when a token is opened again, then it opens', async () => {
    let reads = 0;
    const opens = opener(async () => {
      reads += 1;
      if (reads === 1) throw new Error('no secrets now');
      return keyring.open.keys;
    });
    await expect(opens.open(sealed, place)).rejects.toThrow('no secrets now');
    expect(await opens.open(sealed, place)).toBe('the token');
  });

  test('given a token was opened, when the same place holds another ciphertext, then memory is not trusted', async () => {
    const opens = opener(async () => keyring.open.keys);
    await opens.open(sealed, place);
    expect(
      (
        await failure(
          opens.open(
            withPart(5, () => 'AAAA'),
            place,
          ),
        )
      )?.code,
    ).toBe('Misconfigured');
  });

  test('given no token was sealed or opened, when the vault is loaded, then jose is not', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ resolve(name, context, next) {
        const found = next(name, context);
        if (found.url.includes('/node_modules/jose/')) loaded.push(found.url);
        return found;
      } });
      const { sealer } = await import('./lib/sealing/sealing.ts');
      await import('./lib/vault/vault.ts');
      const before = loaded.length;
      await (await sealer(async () => (${JSON.stringify(keyring.seal)})).ready())('t', { vouched: [] });
      console.log(JSON.stringify([before, loaded.length]));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
    ]);
    const [before, after] = JSON.parse(stdout);
    expect(before).toBe(0);
    expect(after).toBeGreaterThan(0);
  });
});

describe('C27 keys that are none', () => {
  const word = Buffer.from('changeme'.repeat(4)).toString('base64url');

  test.each([
    ['nothing', undefined],
    ['an empty object', {}],
    ['a short key', { kty: 'OKP', crv: 'X25519', kid: 'k', x: 'AAAA' }],
    ['zeros', { kty: 'OKP', crv: 'X25519', kid: 'k', x: 'A'.repeat(43) }],
    ['a word repeated', { kty: 'OKP', crv: 'X25519', kid: 'k', x: word }],
    [
      'a published key',
      { kty: 'OKP', crv: 'X25519', kid: 'k', x: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo' },
    ],
    ['another curve', { kty: 'EC', crv: 'P-256', kid: 'k', x: word, y: word }],
  ])(
    'given %s as sealing key, when a token is to be sealed, then it is Misconfigured',
    async (_, jwk) => {
      const error = await failure(sealer(async () => jwk).ready());
      expect(error?.code).toBe('Misconfigured');
      expect(error?.details.reason).toBe('seal_key_refused');
    },
  );

  test('given the private half as sealing key, when it is read, then it is refused', () => {
    expect(() => parseSealKey(keyring.open.keys[0])).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ reason: 'seal_key_is_private' }),
      }),
    );
  });

  test('given an empty ring, a public key, mixed halves or one kid twice, when it is read, then it is refused', async () => {
    const [key] = keyring.open.keys;
    const [other] = (await newKeys()).open.keys;
    const rings = [
      undefined,
      [],
      [keyring.seal],
      [{ ...key, d: other?.d }],
      [{ ...key, d: word }],
      [key, { ...other, kid: key?.kid }],
    ];
    for (const ring of rings) {
      expect(() => parseOpenKeys(ring)).toThrow(expect.objectContaining({ code: 'Misconfigured' }));
    }
    expect(parseOpenKeys([key, other])).toHaveLength(2);
  });
});
