import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { capability, type Installations } from '../../lib/providers/provider.ts';
import { installingHosts } from './hosts.ts';
import { everyPage, refusalOf, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.sandbox.reset());
afterAll(() => stage.sandbox.close());

describe.each(installingHosts)('installations of %s', (id) => {
  let installations: Installations;
  let jwt: string;
  beforeEach(async () => {
    installations = capability(await stage.client(id), 'installations');
    jwt = await stage.jwt(id);
  });

  async function installationOf(account: string) {
    const all = await everyPage((page) => installations.list(jwt, page));
    const found = all.find((each) => each.account.path === account);
    if (found === undefined) throw new Error(`not installed at ${account}`);
    return found;
  }

  test('given the page for installing, when it is opened, then it is there', async () => {
    expect((await fetch(installations.installUrl())).status).toBe(200);
  });

  test('given more than a page of installations, when all pages are read, then each is there once', async () => {
    stage.sandbox.seed(id, {
      organizations: [...Array(130).keys()].map((n) => ({
        login: `org-${n}`,
        members: ['sandbox-user'],
        installed: true,
      })),
    });
    const all = await everyPage((page) => installations.list(jwt, page));
    const ids = all.map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all.filter(({ account }) => account.path.startsWith('org-'))).toHaveLength(130);
  });

  test('given an installation, when a token is asked for, then it lives for a while and lists what its account has', async () => {
    stage.sandbox.seed(id, { repositories: [{ owner: 'sandbox-org', name: 'many', copies: 130 }] });
    const installation = await installationOf('sandbox-org');
    const { token, expiresAt } = await installations.token(jwt, installation.id, {});
    expect(expiresAt).toBeGreaterThan(stage.now());
    const all = await everyPage((page) => installations.repositories(token, 'sandbox-org', page));
    expect(all).toHaveLength(131);
    expect(new Set(all.map(({ owner }) => owner))).toEqual(new Set(['sandbox-org']));
  });

  test('given a scope, when a token is narrowed, then it is narrower, or that is unsupported', async () => {
    const installation = await installationOf('sandbox-org');
    const narrowed = installations.token(jwt, installation.id, { repositories: ['handbook'] });
    if (!installations.narrowing) {
      expect((await refusalOf(narrowed)).code).toBe('Unsupported');
    } else expect((await narrowed).repositorySelection).toBe('selected');
  });

  test('given a key that is not the app’s, when it acts, then it is the deployment’s fault, not a user’s', async () => {
    const forged = await stage.jwt(id, true);
    expect((await refusalOf(installations.list(forged, {}))).code).toBe('Misconfigured');
    expect((await refusalOf(installations.token(forged, '18', {}))).code).toBe('Misconfigured');
  });

  test('given no such installation, when its token is asked for, then it is not found', async () => {
    expect((await refusalOf(installations.token(jwt, '999999', {}))).code).toBe('NotFound');
  });
});
