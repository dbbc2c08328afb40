import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../harness/gateway.ts';
import { connected, connectionsOf, signedIn } from '../../http/person.ts';

const audience = 'forgebridge';
let issuer: string;
let sign: (claims: Record<string, unknown>, options?: SignOptions) => Promise<string>;
let gateway: TestGateway;
let close: () => void;

interface SignOptions {
  readonly issuer?: string;
  readonly audience?: string;
  /** Null: none at all. */
  readonly expires?: string | null;
  readonly foreignKey?: boolean;
  readonly typ?: string;
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
  sign = (claims, options = {}) => {
    const jwt = new SignJWT(claims)
      .setProtectedHeader({
        alg: 'RS256',
        kid: 'one',
        ...(options.typ ? { typ: options.typ } : {}),
      })
      .setIssuer(options.issuer ?? issuer)
      .setAudience(options.audience ?? audience)
      .setIssuedAt();
    if (options.expires !== null) jwt.setExpirationTime(options.expires ?? '5m');
    return jwt.sign(options.foreignKey ? foreign.privateKey : own.privateKey);
  };
  gateway = await startTestGateway({
    environment: {
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: audience,
      OIDC_TOKENS_CLAIM: 'git_tokens',
      OIDC_SUBJECT_PREFIX: 'oidc:',
    },
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
    ['an empty subject', () => sign({ sub: '' })],
    ['a subject that is no text', () => sign({ sub: 7 })],
    ['a subject of 257 characters', () => sign({ sub: 'x'.repeat(257) })],
    ['the type of a logout token', () => sign({ sub: 'user-1' }, { typ: 'logout+jwt' })],
    ['the events of a logout token', () => sign({ sub: 'user-1', events: {} }, { typ: 'JWT' })],
    ['a life of two days', () => sign({ sub: 'user-1' }, { expires: '2d' })],
    ['no end', () => sign({ sub: 'user-1' }, { expires: null })],
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

  test('given a stage that puts a prefix before its tokens’ subjects, when a key names the bare one, then it is another user', async () => {
    await connected(gateway, await signedIn(gateway, 'oidc:user-2'), 'gitlab');
    const seen = await call(await sign({ sub: 'user-2' }));
    expect(seen).toMatchObject({ status: 200, body: { items: [{ provider: 'gitlab' }] } });
    expect(await connectionsOf(gateway, 'oidc:user-2')).toHaveLength(1);
    expect(await connectionsOf(gateway, 'user-2')).toEqual([]);
  });

  test('given a token, when it calls what only the backend may, then it is refused', async () => {
    const token = await sign({ sub: 'user-1', git_tokens: true });
    expect(await call(token, '/subjects/user-1', 'DELETE')).toMatchObject({ status: 403 });
  });
});
