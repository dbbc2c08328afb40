import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Context } from 'hono';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { bearer, type Host } from './host.ts';

const maxLifeSeconds = 600;

/** Checks one request's app JWT; the answer says why it is refused, or undefined when it is good. */
export type AppCheck = (c: Context) => Promise<string | undefined>;

async function refusal(
  jwt: string,
  key: KeyObject,
  appId: string,
  now: number,
): Promise<string | undefined> {
  try {
    if (decodeProtectedHeader(jwt).alg !== 'RS256') return 'only RS256 is accepted';
    const currentDate = new Date(now);
    const { payload } = await jwtVerify(jwt, key, { algorithms: ['RS256'], currentDate });
    const { iss, iat, exp } = payload;
    if (String(iss) !== appId) return 'wrong issuer';
    if (iat === undefined || iat > now / 1000)
      return "'Issued at' claim ('iat') must be in the past";
    if (exp === undefined || exp > now / 1000 + maxLifeSeconds) {
      return "'Expiration time' claim ('exp') is too far in the future";
    }
    return undefined;
  } catch {
    return 'A JSON web token could not be decoded';
  }
}

/** As GitHub and AtomGit do: RS256 by the app's key, its id as issuer, at most ten minutes ahead. */
export function createAppCheck(host: Host): AppCheck {
  const { appId = '', appPrivateKey = '' } = host.settings;
  const key = createPublicKey(appPrivateKey);
  return async (c) => {
    const jwt = bearer(c);
    return jwt === undefined ? 'Requires authentication' : refusal(jwt, key, appId, host.now());
  };
}
