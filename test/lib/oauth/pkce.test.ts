import { expect, test } from 'vitest';
import { codeChallenge, randomState, randomVerifier } from '../../../lib/oauth/pkce.ts';

test.each([
  ['C01 given a state', randomState],
  ['C07 given a verifier', randomVerifier],
])('%s, when made twice, then both carry 256 bits and differ', (_, make) => {
  const [one, other] = [make(), make()];
  expect(Buffer.from(one, 'base64url')).toHaveLength(32);
  expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(one).not.toBe(other);
});

test('C07 given the verifier of RFC 7636 appendix B, when challenged, then its S256 comes out', () => {
  const challenge = codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk');
  expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});
