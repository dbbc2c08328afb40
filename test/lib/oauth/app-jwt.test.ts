import { generateKeyPairSync, verify } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { appJwt, readAppKey } from '../../../lib/oauth/app-jwt.ts';

const now = Date.parse('2023-05-06T20:00:00.999Z');
const seconds = Math.floor(now / 1000);
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

const sign = (privateKeyPem: string) => appJwt({ privateKeyPem, appId: '75', now });

function refusal(pem: string): ForgebridgeError {
  try {
    readAppKey(pem);
  } catch (error) {
    if (error instanceof ForgebridgeError) return error;
    throw error;
  }
  throw new Error('the key was accepted');
}

describe('signing as the app', () => {
  test('C28 given an app key, when signed, then a host with the public key accepts it', async () => {
    const { payload } = await jwtVerify(await sign(pkcs8), publicKey, {
      algorithms: ['RS256'],
      issuer: '75',
      currentDate: new Date(now),
    });

    expect(payload).toEqual({ iss: '75', iat: seconds - 60, exp: seconds + 540 });
  });

  test('C28 given an app key, when signed, then the algorithm is RS256 and nothing else', async () => {
    const jwt = await sign(pkcs8);
    const [header, payload, signature = ''] = jwt.split('.');

    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(
      verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${payload}`),
        publicKey,
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
  });

  test('C28 given any time, when signed, then the token lives ten minutes and none lie ahead', async () => {
    const times = fc.integer({ min: 1e12, max: 4e12 });
    await fc.assert(
      fc.asyncProperty(times, async (time) => {
        const jwt = await appJwt({ privateKeyPem: pkcs8, appId: '75', now: time });
        const { iat = 0, exp = 0 } = decodeJwt(jwt);

        expect(exp - iat).toBe(600);
        expect(time / 1000 - iat).toBeGreaterThanOrEqual(60);
        expect(exp - time / 1000).toBeLessThanOrEqual(540);
      }),
      { numRuns: 20 },
    );
  });
});

describe('reading the app key', () => {
  const forms: [string, string][] = [
    ['PKCS#8', pkcs8],
    ['PKCS#1', pkcs1],
    ['PKCS#8 with literal \\n', pkcs8.replaceAll('\n', '\\n')],
    ['PKCS#1 with literal \\r\\n', pkcs1.replaceAll('\n', '\\r\\n')],
    ['PKCS#8 with CRLF', pkcs8.replaceAll('\n', '\r\n')],
    ['PKCS#8 with space around it', `\n  ${pkcs8}\n\n`],
  ];

  test.each(forms)(
    'C28 given a key as %s, when signed with, then it is the same key',
    async (_, pem) => {
      expect(await sign(pem)).toBe(await sign(pkcs8));
    },
  );

  const pem = (type: 'pkcs8' | 'pkcs1', passphrase: string) =>
    privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
  const asPem = (key: typeof weak) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

  const refused: [string, string, string][] = [
    ['an encrypted PKCS#8 key', pem('pkcs8', 'secret'), 'app_key_encrypted'],
    ['an encrypted PKCS#1 key', pem('pkcs1', 'secret'), 'app_key_encrypted'],
    [
      'a public key',
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'app_key_not_private',
    ],
    [
      'a PKCS#1 public key',
      publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      'app_key_not_private',
    ],
    ['an elliptic curve key', asPem(curve), 'app_key_not_rsa'],
    ['a key for PSS alone', asPem(pss), 'app_key_not_rsa'],
    ['a key of 1024 bits', asPem(weak), 'app_key_too_short'],
    ['half a key', pkcs8.slice(0, 800), 'app_key_unreadable'],
    ['nothing', '', 'app_key_unreadable'],
  ];

  test.each(refused)(
    'C28 given %s, when read, then it is refused with its reason',
    (_, text, reason) => {
      expect(refusal(text)).toMatchObject({
        code: 'Misconfigured',
        details: { reason, remedy: expect.stringMatching(/^Store /) },
      });
    },
  );

  test.each(refused)(
    'C26 given %s, when refused, then nothing of it is in the error',
    (_, text) => {
      const lines = text.split('\n').filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line));
      const shown = inspect(refusal(text), { depth: Number.POSITIVE_INFINITY });

      expect(lines.filter((line) => shown.includes(line))).toEqual([]);
    },
  );
});
