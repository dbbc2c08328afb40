import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../harness/gateway.ts';

const audience = 'forgebridge';
let issuer: string;
let sign: (claims: Record<string, unknown>, options?: SignOptions) => Promise<string>;
let gateway: TestGateway;
let close: () => void;

interface SignOptions {
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string;
  readonly foreignKey?: boolean;
}

beforeAll(async () => {
  const own = await generateKeyPair('RS256');
  const foreign = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const found = request.url === '/.well-known/openid-configuration';
    response.end(JSON.stringify(found ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [jwk] }));
  }).listen(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  issuer = `http://localhost:${address.port}`;
  close = () => server.close();
  sign = (claims, options = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(options.issuer ?? issuer)
      .setAudience(options.audience ?? audience)
      .setIssuedAt()
      .setExpirationTime(options.expires ?? '5m')
      .sign(options.foreignKey ? foreign.privateKey : own.privateKey);
  gateway = await startTestGateway({
    environment: { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_TOKENS_CLAIM: 'git_tokens' },
  });
});
afterAll(async () => {
  await gateway.stop();
  close();
});

async function call(token: string, path = '/connections', method = 'GET') {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(gateway.url + path, { method, headers });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

describe('a caller with an identity token', () => {
  test('given a token of the configured issuer, when it lists connections, then it sees those of its own subject', async () => {
    expect(await call(await sign({ sub: 'user-1' }))).toEqual({ status: 200, body: { items: [] } });
  });

  test.each<[string, () => Promise<string>]>([
    ['another issuer', () => sign({ sub: 'user-1' }, { issuer: 'https://evil.example' })],
    ['another audience', () => sign({ sub: 'user-1' }, { audience: 'somebody-else' })],
    ['an end in the past', () => sign({ sub: 'user-1' }, { expires: '-1m' })],
    ['a key that is not the issuer’s', () => sign({ sub: 'user-1' }, { foreignKey: true })],
    ['no subject', () => sign({})],
    ['no form at all', async () => 'not.a.jwt'],
  ])('given a token with %s, when it calls, then it is unauthenticated', async (_, token) => {
    expect(await call(await token())).toMatchObject({
      status: 401,
      body: { code: 'CallerUnauthenticated' },
    });
  });

  test('given a token without the operator’s claim, when it asks for an access token, then it is refused; with the claim it is let through', async () => {
    const path = '/connections/AAAAAAAAAAAAAAAAAAAAAA/token';
    expect(await call(await sign({ sub: 'user-1' }), path, 'POST')).toMatchObject({ status: 403 });
    const trusted = await sign({ sub: 'user-1', git_tokens: true });
    expect(await call(trusted, path, 'POST')).toMatchObject({ status: 404 });
  });

  test('given a token, when it calls what only the backend may, then it is refused', async () => {
    const token = await sign({ sub: 'user-1', git_tokens: true });
    expect(await call(token, '/subjects/user-1', 'DELETE')).toMatchObject({ status: 403 });
  });
});
