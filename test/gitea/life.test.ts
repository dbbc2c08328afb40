import { afterEach, expect, test } from 'vitest';
import { anyPorts } from '../../infra/local/sandbox/registry.ts';
import { refusalOf } from '../conformance/stage.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { signIn } from './sign-in.ts';

const open: Sandbox[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A person's tokens at a fresh server, and the client. */
async function signedIn(invalidateRefreshTokens: boolean) {
  const sandbox = await startSandbox({ ports: anyPorts, invalidateRefreshTokens });
  open.push(sandbox);
  return { sandbox, ...(await signIn(sandbox)) };
}

test('given a server whose refresh tokens are spent by use, when one comes again, then its user has to reconnect, and the newer one goes on', async () => {
  const { client, tokens, renew } = await signedIn(true);
  const second = await renew(tokens.refreshToken);
  expect(await refusalOf(renew(tokens.refreshToken))).toEqual({
    code: 'ReconnectRequired',
    reason: 'invalid_grant',
  });
  const third = await renew(second.refreshToken);
  for (const { accessToken } of [tokens, second, third]) {
    expect((await client.identify(accessToken)).login).toBe('sandbox-user');
  }
});

test('given a server as it comes, when a refresh token comes again, then it works, as a lost answer needs', async () => {
  const { client, tokens, renew } = await signedIn(false);
  const hour = 3_600_000;
  expect(tokens.refreshExpiresAt).toBeGreaterThan(Date.now() + 729 * hour);
  expect(tokens.refreshExpiresAt).toBeLessThan(Date.now() + 731 * hour);
  const second = await renew(tokens.refreshToken);
  const again = await renew(tokens.refreshToken);
  for (const { accessToken } of [second, again]) {
    expect((await client.identify(accessToken)).login).toBe('sandbox-user');
  }
});

test('given a repository that gets another name between connecting and use, when it is looked for by the former one, then it is found as what it is called now', async () => {
  const { sandbox, creation, access } = await signedIn(false);
  sandbox.rename('gitea', 'sandbox-user/notes', 'renamed');
  const found = await creation.findRepository(access, 'sandbox-user/notes');
  expect(found?.fullName).toBe('sandbox-user/renamed');
  const former = { id: found?.id ?? '', fullName: 'sandbox-user/notes' };
  const work = creation.configure(access, former, { description: 'x' });
  expect(await refusalOf(work)).toEqual({ code: 'NotFound', reason: 'moved' });
});
