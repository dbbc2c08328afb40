import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { installationStore, tokenKey } from '../../../lib/installations/store.ts';
import { installationToken, withInstallation } from '../../../lib/installations/tokens.ts';
import type { InstallationToken } from '../../../lib/providers/provider.ts';
import type { App } from './tokens-container.ts';
import { type InstallationWorld, minute, startInstallationWorld } from './tokens-world.ts';

const installation = '18';
const mintCall = { provider: 'atomgit', method: 'POST', path: '*/access_tokens' } as const;

let world: InstallationWorld;
let app: App;
async function start(options: Parameters<typeof startInstallationWorld>[0] = {}) {
  world = await startInstallationWorld(options);
  app = await world.app('atomgit');
}
beforeEach(() => start());
afterEach(() => world.stop());

const ask = (more: Parameters<App['request']>[2] = {}) =>
  installationToken(world.vault(), app.request(installation, {}, more));

async function failureOf(attempt: Promise<unknown>): Promise<ForgebridgeError> {
  const error = await attempt.catch((raised: unknown) => raised);
  if (error instanceof ForgebridgeError) return error;
  throw new Error(`no refusal: ${JSON.stringify(error)}`);
}

describe('a mint that fails', () => {
  test('given the host is down, when asked, then the caller is told and the host left alone for five seconds', async () => {
    world.sandbox.fault({ ...mintCall, action: 'status', status: 503 });

    expect(await failureOf(ask())).toMatchObject({ code: 'ProviderUnavailable' });
    expect(await failureOf(ask())).toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'cooling_down' },
    });
    expect(world.mints()).toBe(1);

    world.advance(5_100);
    expect((await ask()).generation).toBe(1);
  });

  test('given the host asks for a pause, when asked again meanwhile, then it gets its pause', async () => {
    world.sandbox.fault({ ...mintCall, action: 'rate-limit', retryAfter: 60 });

    expect(await failureOf(ask())).toMatchObject({ code: 'RateLimited' });
    world.advance(50_000);
    const { details } = await failureOf(ask());
    expect(details.retryAfter).toBeGreaterThan(5);
    expect(world.mints()).toBe(1);

    world.advance(10_100);
    expect((await ask()).generation).toBe(1);
  });

  test('given a renewal fails, when the token before it is valid, then that one is handed out', async () => {
    const old = await ask();
    world.advance(55 * minute);
    world.sandbox.fault({ ...mintCall, action: 'status', status: 503 });

    expect((await ask()).token).toBe(old.token);
    expect((await ask()).token).toBe(old.token);
    expect(world.mints()).toBe(2);
  });

  test('given the answer is lost, when asked, then it is minted again', async () => {
    world.sandbox.fault({ ...mintCall, action: 'reset-after' });

    const { generation } = await ask();

    expect(generation).toBe(1);
    expect(world.mints()).toBe(2);
  });

  test('given the app has no such installation, when asked, then it is not there and stops nobody', async () => {
    const unknown = () => installationToken(world.vault(), app.request('999'));

    expect(await failureOf(unknown())).toMatchObject({ code: 'NotFound' });
    expect(await failureOf(unknown())).toMatchObject({ code: 'NotFound' });
    expect(world.mints()).toBe(2);
  });

  test('given the host refuses the app, when asked, then the deployment is said to be wrong', async () => {
    const stranger = await startInstallationWorld();
    try {
      const { jwt } = await stranger.app('atomgit');
      const mint = async () => app.installations.token(await jwt(), installation, {});

      expect(await failureOf(ask({ mint }))).toMatchObject({ code: 'Misconfigured' });
    } finally {
      await stranger.stop();
    }
  });
});

describe('a holder that dies or is late', () => {
  const key = { ...tokenKey('atomgit', installation, {}), gen: 0 };
  const lease = (milliseconds: number) =>
    installationStore(world.database.table).takeLease(
      key,
      { id: 'somebody else', until: world.now() + milliseconds },
      world.now(),
    );

  test('given somebody mints for longer than anybody waits, when asked, then the caller is told to come back', async () => {
    await lease(29_000);

    expect(await failureOf(ask())).toMatchObject({
      code: 'RefreshInProgress',
      details: { retryAfter: 2 },
    });
    expect(world.mints()).toBe(0);
  });

  test('given the host takes its time, when others ask 20 s later, then the lease still holds: one mint is under way', async () => {
    const minting = Promise.withResolvers<InstallationToken>();
    let asked = 0;
    const mint = () => {
      asked += 1;
      return minting.promise;
    };
    const first = ask({ mint, timeLeft: () => 29_000 });
    await expect.poll(() => asked, { interval: 1 }).toBe(1);
    world.advance(20_000);
    expect((await failureOf(ask({ mint })))?.code).toBe('RefreshInProgress');
    expect(asked).toBe(1);
    const expiresAt = world.now() + 3_600_000;
    const narrowed = { permissions: {}, repositorySelection: 'all' } as const;
    minting.resolve({ token: 'made', expiresAt, ...narrowed });
    expect((await first).token).toBe('made');
  });

  test('given the holder died, when its life is over, then the next one mints', async () => {
    await lease(1_000);

    expect((await ask()).generation).toBe(1);
    expect(world.mints()).toBe(1);
  });

  test('given too little time is left, when asked, then no mint is begun', async () => {
    expect(await failureOf(ask({ timeLeft: () => 9_000 }))).toMatchObject({
      code: 'RefreshInProgress',
    });
    expect(world.mints()).toBe(0);
  });

  test('given a late answer, when a newer token stands there, then the newer one stays', async () => {
    let answerLate = (_token: InstallationToken) => {};
    const held = new Promise<InstallationToken>((resolve) => {
      answerLate = resolve;
    });
    const late = ask({ timeLeft: () => 12_000, mint: () => held });
    await expect.poll(() => world.records()).toMatchObject([{ gen: 0 }]);
    world.advance(15_000);
    const newer = await ask();
    answerLate({ ...newer, token: 'ats_late' });

    expect((await late).token).toBe('ats_late');
    expect((await ask()).token).toBe(newer.token);
  });
});

describe('a token that the host refuses', () => {
  const listCall = { provider: 'atomgit', path: '/orgs/*' } as const;
  const list = (more: Parameters<App['request']>[2] = {}) =>
    withInstallation(world.vault(), app.request(installation, {}, more), async (token) => {
      const { items } = await app.installations.repositories(token, 'sandbox-org', {});
      return items.map(({ name }) => name);
    });
  const refuse = (count: number, status = 401) =>
    world.sandbox.fault({ ...listCall, action: 'status', status, count });

  test.each([401, 403])(
    'given a token of a moment ago, when it is refused twice with %d, then it is waited for and kept',
    async (status) => {
      refuse(2, status);

      expect(await list()).toEqual(['handbook']);
      expect(world.mints()).toBe(1);
    },
  );

  test('given a token of a moment ago, when it stays forbidden, then that is said within seconds; an older one is not looked at again', async () => {
    refuse(100, 403);
    const before = world.now();
    expect((await failureOf(list())).code).toBe('Forbidden');
    expect(world.now() - before).toBeLessThan(10_000);
    world.advance(minute);
    const later = world.now();
    expect((await failureOf(list())).code).toBe('Forbidden');
    expect(world.now()).toBe(later);
  });

  test('given a token of a moment ago, when it stays refused, then that is said within seconds', async () => {
    refuse(100);
    const before = world.now();

    expect(await failureOf(list())).toMatchObject({
      code: 'ProviderUnavailable',
      details: { reason: 'installation_token_rejected' },
    });
    expect(world.now() - before).toBeLessThan(10_000);
    expect(world.mints()).toBe(1);
  });

  test('given a token that was ended at the host, when it is refused, then it is replaced once', async () => {
    const { token } = await ask();
    world.advance(10 * minute);
    world.sandbox.revoke('atomgit', token);

    expect(await list()).toEqual(['handbook']);
    expect(await list()).toEqual(['handbook']);
    expect(world.mints()).toBe(2);
  });

  test('given two callers whose token was ended, when both are refused, then it is replaced once', async () => {
    await world.stop();
    await start({ realTime: true });
    const { token } = await ask();
    world.advance(10 * minute);
    world.sandbox.revoke('atomgit', token);

    await Promise.all([list(), list()]);

    expect(world.mints()).toBe(2);
  });

  test('given little time is left, when a token is refused, then nothing outlives the invocation', async () => {
    refuse(100);
    await ask();
    const end = world.now() + 2_000;

    expect(await failureOf(list({ timeLeft: () => end - world.now() }))).toMatchObject({
      code: 'ProviderUnavailable',
    });

    expect(world.now()).toBeLessThan(end);
  });

  test('given anything but a refused token, when listing, then it is raised as it is', async () => {
    const body = { message: 'Not Found' };
    world.sandbox.fault({ ...listCall, action: 'status', status: 404, body });

    expect(await failureOf(list())).toMatchObject({ code: 'NotFound' });
    expect(world.mints()).toBe(1);
  });
});
