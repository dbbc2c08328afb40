import { createHash } from 'node:crypto';
import { generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';

/** A `state` that nobody can guess: 256 random bits as 43 base64url characters. */
export const randomState = generateRandomState;

/** A code verifier (RFC 7636 section 4.1): 256 random bits as 43 base64url characters. */
export const randomVerifier = generateRandomCodeVerifier;

/** The S256 challenge of a code verifier (RFC 7636 section 4.2). */
export function codeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
