import { expect, test, vi } from 'vitest';

const oidc = {
  issuer: 'https://login.example',
  audience: 'forgebridge',
  tokensClaim: '',
  subjectPrefix: '',
};

test('given an identity provider that is down, when twenty callers come within ten seconds, then it is asked once, and once more after that', async () => {
  vi.resetModules();
  const { verifyIdentityToken } = await import('../../../lib/callers/identity-token.ts');
  let now = 1_000_000;
  let asked = 0;
  const identityProvider = {
    async fetch(): Promise<Response> {
      asked += 1;
      throw new TypeError('fetch failed');
    },
    now: () => now,
  };
  for (let caller = 0; caller < 20; caller += 1) {
    const refused = verifyIdentityToken('a.b.c', oidc, identityProvider);
    await expect(refused).rejects.toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'identity_provider', retryAfter: 10 },
    });
    now += 400;
  }
  expect(asked).toBe(1);
  now += 10_000;
  await expect(verifyIdentityToken('a.b.c', oidc, identityProvider)).rejects.toThrow();
  expect(asked).toBe(2);
});
