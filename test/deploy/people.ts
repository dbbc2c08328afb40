import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { draftCookie } from '../../lib/callers/cookies.ts';
import type { Context } from './context.ts';
import { hurried } from './deployment.ts';
import { careNow, setBack, sweepNow, withoutStarting } from './operator.ts';
import type { Person } from './person.ts';

/** What people do, and what happens to what they left behind. */
export function withPeople({ deployment: deployed, someone, connected }: Context): void {
  describe('what the person does in the browser', () => {
    test('given the hosted page in a browser where something was typed before, when its form is sent, then the repository is made', async () => {
      const user = someone('user-of-the-page');
      await connected(user, 'gitee');
      const form = await user.window.open(`${deployed().publicUrl}/new?template=templates/starter`);

      const typed = `${draftCookie}=${'d'.repeat(43)}; Path=/; Secure`;
      await user.window.cookies.setCookie(typed, deployed().publicUrl);
      const fields = { name: 'made-on-the-page', visibility: 'public' };
      const progress = await user.window.submit(form, form.forms[0], { fields });

      expect(progress.status, progress.html).toBe(200);
      const id = new URL(progress.url).searchParams.get('operation');
      expect(await user.ended(String(id))).toMatchObject({ status: 'succeeded' });
    });

    test('given a session and a link, when the product signs that user out everywhere, then neither is good any more', async () => {
      const user = someone('user-of-many-browsers');
      await user.signIn();
      const cookie = await user.window.cookies.getCookieString(deployed().publicUrl);
      const request = 'm'.repeat(43);
      const { body } = await user.api('POST', '/sessions', { request, subject: user.subject });

      const { status } = await user.api('DELETE', `/subjects/${user.subject}/sessions`);

      expect(status).toBe(204);
      const headers = { cookie };
      expect((await fetch(`${deployed().publicUrl}/connections`, { headers })).status).toBe(401);
      expect((await fetch(body.url, { redirect: 'manual' })).status).toBe(400);
    });

    test('given a session, when it is ended, then the browser is a stranger again', async () => {
      const user = someone('user-who-leaves');
      await user.signIn();
      const cookie = await user.window.cookies.getCookieString(deployed().publicUrl);
      const headers = { cookie, origin: deployed().publicUrl };
      const ask = (path = '/connections') => fetch(deployed().publicUrl + path, { headers });
      expect([(await ask()).status, (await ask('/operations')).status]).toEqual([200, 200]);

      await fetch(`${deployed().publicUrl}/sessions/current`, { method: 'DELETE', headers });

      expect((await ask()).status).toBe(401);
    });
  });

  describe('a workflow that could not be started', () => {
    let user: Person;
    let ids: ReadonlyMap<string, string>;
    const idOf = (name: string) => ids.get(name) ?? 'none of that name';
    beforeAll(async () => {
      user = someone('user-without-luck');
      const connection = await connected(user, 'gitee');
      await withoutStarting(deployed().ministack, 'createRepository', async () => {
        for (const name of ['read', 'cancelled', 'overdue', 'shown', 'forgotten', 'swept']) {
          const { status } = await user.create(connection, { name: `unstarted-${name}` });
          expect(status).toBe(500);
        }
      });
      const { body } = await user.api('GET', '/operations');
      const found = body.items.map(({ id, fullName }: { id: string; fullName: string }) => [
        fullName.replace(/^.*unstarted-/, ''),
        id,
      ]);
      ids = new Map(found);
      await sleep(6_000);
    });

    test('given it was recorded, when it is looked at, then it is started and succeeds', async () => {
      expect(await user.ended(idOf('read'))).toMatchObject({ status: 'succeeded' });
    });

    test('given it was recorded, when it is cancelled, then it ends as cancelled', async () => {
      const { status } = await user.api('POST', `/operations/${idOf('cancelled')}/cancel`);
      expect(status).toBe(202);
      expect(await user.ended(idOf('cancelled'))).toMatchObject({ status: 'cancelled' });
    });

    test('given its deadline is long over, when it is looked at, then it has timed out', async () => {
      await setBack(deployed().ministack, idOf('overdue'));
      const { body } = await user.api('GET', `/operations/${idOf('overdue')}`);
      expect(body).toMatchObject({ status: 'failed', error: { code: 'ImportTimedOut' } });
    });

    test('given its deadline is long over, when the page shows it, then it has timed out', async () => {
      await setBack(deployed().ministack, idOf('shown'));
      const page = await user.window.open(`${deployed().publicUrl}/new?operation=${idOf('shown')}`);
      expect([page.status, page.html]).toEqual([200, expect.stringContaining('ImportTimedOut')]);
    });

    test('given nobody asks for them, when the sweep comes, then one is started and one is ended', async () => {
      await setBack(deployed().ministack, idOf('forgotten'));
      await sweepNow(deployed().ministack, [idOf('forgotten'), idOf('swept')]);
      expect(await user.ended(idOf('forgotten'))).toMatchObject({
        status: 'failed',
        error: { code: 'ImportTimedOut' },
      });
      expect(await user.ended(idOf('swept'))).toMatchObject({ status: 'succeeded' });
    });
  });

  describe('leaving', () => {
    /** The erasure as it is once it is complete, or after two minutes. */
    async function untilComplete(user: Person, address: string) {
      const deadline = Date.now() + 120_000;
      for (;;) {
        const { body } = await user.api('GET', address);
        if (body.status === 'complete' || Date.now() > deadline) return body;
        await sleep(2_000);
      }
    }

    /** The host does not hear of it. */
    async function disconnectUnheard(user: Person, connection: string) {
      const { sandbox } = deployed();
      const revoking = { provider: 'gitlab', path: '/oauth/revoke' } as const;
      sandbox.fault({ ...revoking, action: 'status', status: 503, count: 100 });
      await user.api('DELETE', `/connections/${connection}`);
      sandbox.clearFaults();
    }

    test('given a host that is down, when a connection is deleted, then it ends at once, and idle care revokes the token later', async () => {
      const user = someone('user-who-goes');
      const connection = await connected(user, 'gitlab');
      const { body } = await user.api('POST', `/connections/${connection}/token`);
      const live = () =>
        deployed()
          .sandbox.state('gitlab')
          .tokens.some(({ value, live }) => live && value === body.accessToken);
      await disconnectUnheard(user, connection);
      expect((await user.api('GET', '/connections')).body.items).toMatchObject([
        { status: 'revoked' },
      ]);
      expect(live()).toBe(true);

      await careNow(deployed().ministack, 'user-who-goes', connection);

      expect(live()).toBe(false);
    });

    test('given a host that did not hear of a disconnect, when the user comes back, then the old tokens are kept to be revoked', async () => {
      const user = someone('user-who-returns');
      const connection = await connected(user, 'gitlab');
      await disconnectUnheard(user, connection);
      expect(await connected(user, 'gitlab')).toBe(connection);
      expect((await user.api('GET', '/connections')).body.items).toMatchObject([
        { status: 'active' },
      ]);
    });

    test('given a connection that nobody uses, when idle care comes, then its token is refreshed, or it is known to have ended', async () => {
      const user = someone('user-in-a-hurry');
      const id = await connected(user, hurried.gitlab);
      const { body } = await user.api('GET', `/connections/${id}`);
      const afterCare = async () => {
        await careNow(deployed().ministack, 'user-in-a-hurry', id);
        return (await user.api('GET', `/connections/${id}`)).body;
      };

      expect(await afterCare()).toMatchObject({
        status: 'active',
        generation: body.generation + 1,
      });
      deployed().hurry.revoke('gitlab');
      expect(await afterCare()).toMatchObject({ status: 'reconnect_required' });
    });

    test('given somebody leaves the product, when the subject is erased, then nothing of them is left', async () => {
      const user = someone('user-in-a-hurry');
      const { body: before } = await user.api('GET', '/connections');
      const github = before.items.find(
        ({ provider }: { provider: string }) => provider === hurried.github,
      );
      // One has ended already, and its host does not know yet.
      deployed().hurry.fault({
        provider: 'github',
        method: 'DELETE',
        action: 'status',
        status: 503,
        count: 100,
      });
      await user.api('DELETE', `/connections/${github.id}`);
      deployed().hurry.clearFaults();
      // Of a third one, tokens are left that its host did not hear of.
      const other = someone('user-who-returns');
      const begun = await other.api('DELETE', '/subjects/user-who-returns');
      const { status, headers } = await user.api('DELETE', '/subjects/user-in-a-hurry');
      const again = await user.api('DELETE', '/subjects/user-in-a-hurry');
      expect(again.headers.get('location')).toBe(headers.get('location'));
      const erasure = await untilComplete(user, String(headers.get('location')));
      expect(await untilComplete(other, String(begun.headers.get('location')))).toMatchObject({
        status: 'complete',
        connections: { pending: 0 },
      });
      const connections = await user.api('GET', '/connections');
      const operations = await user.api('GET', '/operations');

      expect([status, erasure.connections]).toEqual([202, { removed: 2, pending: 0 }]);
      expect([connections.body.items, operations.body.items]).toEqual([[], []]);
    });

    test('given a connection, when it is deleted, then its tokens are revoked at the host', async () => {
      const user = someone('user-of-github');
      const { body } = await user.api('GET', '/connections');
      const { status } = await user.api('DELETE', `/connections/${body.items[0].id}`);
      expect(status).toBe(204);
      const again = await user.api('DELETE', `/connections/${body.items[0].id}`);
      expect(again.status).toBe(404);
    });
  });
}
