import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { ForgebridgeError } from '../errors.ts';

/** Seconds the token claims to be issued before now, so that a host whose clock lags accepts it. */
const backdated = 60;
/** Seconds from now until it ends: with the minute before, ten in all, the most that hosts allow. */
const lifetime = 540;
const shortestKey = 2048;

/**
 * The JWT by which an app proves itself to its host (RFC 7519): RS256 and nothing else, `iss` the
 * app id, `iat` a minute ago, `exp` in nine minutes. `now` is epoch milliseconds.
 *
 * @throws ForgebridgeError `Misconfigured` as {@link readAppKey}.
 */
export async function appJwt(options: {
  readonly privateKeyPem: string;
  readonly appId: string;
  readonly now: number;
}): Promise<string> {
  const seconds = Math.floor(options.now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(options.appId)
    .setIssuedAt(seconds - backdated)
    .setExpirationTime(seconds + lifetime)
    .sign(readAppKey(options.privateKeyPem));
}

/**
 * An app's private key from its PEM: RSA of at least 2048 bits, PKCS#8 or PKCS#1 (RFC 8017). Line
 * ends that a form or an environment turned into the two characters `\n` are mended.
 *
 * @throws ForgebridgeError `Misconfigured` with the reason; nothing of the key is in the error.
 */
export function readAppKey(pem: string): KeyObject {
  const text = pem.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  if (text.includes('ENCRYPTED')) {
    throw unusableKey('app_key_encrypted', 'Store the key without a passphrase.');
  }
  if (/-----BEGIN ([A-Z0-9]+ )*(PUBLIC KEY|CERTIFICATE)-----/.test(text)) {
    throw unusableKey('app_key_not_private', 'Store the private key, not the public one.');
  }
  const key = parse(text);
  if (key.asymmetricKeyType !== 'rsa') {
    throw unusableKey('app_key_not_rsa', 'Store an RSA key; the host accepts no other kind.');
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < shortestKey) {
    throw unusableKey('app_key_too_short', `Store an RSA key of at least ${shortestKey} bits.`);
  }
  return key;
}

function parse(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusableKey('app_key_unreadable', 'Store the whole private key as PEM, as downloaded.');
  }
}

function unusableKey(reason: string, remedy: string): ForgebridgeError {
  return new ForgebridgeError('Misconfigured', { reason, remedy });
}
