import { describe, expect, test } from 'vitest';
import { creatingHosts, hosts } from '../conformance/hosts.ts';
import type { Context } from './context.ts';
import { mistaken } from './deployment.ts';
import { makeOld } from './operator.ts';
import type { Person } from './person.ts';

/** What the bundle is for, at each of the hosts. */
export function atEachHost({ deployment: deployed, someone, connected }: Context): void {
  describe.each(creatingHosts)('%s', (host) => {
    const name = `made-by-${host}`;
    let user: Person;
    let connection: string;

    test('given a person on the page, when they sign in at the product and allow the connection, then their account is connected', async () => {
      user = someone(`user-of-${host}`);
      connection = await connected(user, host);
    });

    test('given the connection, when the product asks for a token twice, then it gets the same one, live at the host', async () => {
      const first = await user.api('POST', `/connections/${connection}/token`);
      const second = await user.api('POST', `/connections/${connection}/token`);

      expect(first.status).toBe(200);
      expect(second.body).toEqual(first.body);
      const { tokens } = deployed().sandbox.state(host);
      expect(tokens).toContainEqual(
        expect.objectContaining({ value: first.body.accessToken, live: true }),
      );
    });

    test('given the host has ended the token, when the product says so, then it is refreshed once', async () => {
      const { body: before } = await user.api('POST', `/connections/${connection}/token`);
      deployed().sandbox.expire(host, before.accessToken);
      // A new token would be looked at again: hosts learn of theirs one replica after the other.
      await makeOld(deployed().ministack, `user-of-${host}`, connection);
      const refreshes = () => deployed().sandbox.tokenCalls(host).refresh_token ?? 0;
      const earlier = refreshes();

      const rejected = { rejectedGeneration: before.generation };
      const answers = await Promise.all(
        [1, 2, 3].map(() => user.api('POST', `/connections/${connection}/token`, rejected)),
      );

      expect(refreshes() - earlier).toBe(1);
      for (const { status, body } of answers) {
        expect([status, body.generation]).toEqual([200, before.generation + 1]);
      }
    });

    test('given a template, when a repository is asked for, then the workflow waits for it, and it is there with its files', async () => {
      const accepted = await user.create(connection, {
        template: 'templates/starter',
        name,
        // As visible as the template, which is all that a fork can be at some hosts.
        visibility: 'public',
        files: [{ path: 'docs/owner.txt', text: '{{owner}}/{{name}}' }],
      });
      expect(accepted.status).toBe(202);

      const operation = await user.ended(accepted.body.id);

      expect(operation).toMatchObject({ status: 'succeeded', progress: 100 });
      const repository = deployed()
        .sandbox.state(host)
        .repositories.find(({ fullName }) => fullName === `sandbox-user/${name}`);
      const files = repository?.branches[repository.defaultBranch]?.files;
      expect(files).toMatchObject({
        'package.json': expect.stringContaining('starter'),
        'docs/owner.txt': `sandbox-user/${name}`,
      });
    });
  });

  const others = hosts.filter((host) => !creatingHosts.includes(host));
  test.each(others)(
    'given %s, which creates nothing, when it is connected, then its token and repositories are to be had, and creating is refused before anything starts',
    async (host) => {
      const user = someone(`user-of-${host}`);
      const connection = await connected(user, host);

      const token = await user.api('POST', `/connections/${connection}/token`);
      const list = await user.api('GET', `/connections/${connection}/repositories`);
      const created = await user.create(connection, { name: 'never-made' });
      const { body: operations } = await user.api('GET', '/operations');

      expect([token.status, list.status]).toEqual([200, 200]);
      expect([created.status, created.body.code]).toEqual([422, 'Unsupported']);
      expect(operations.items).toEqual([]);
    },
  );

  test('given a client secret that is wrong, when somebody connects, then it is one clear error, and nothing is stored', async () => {
    const user = someone('user-of-the-mistaken');
    const page = await user.connect(await user.signIn(), mistaken);
    const { body } = await user.api('GET', '/connections');

    expect(page.status).toBe(500);
    expect(page.html).toContain('Misconfigured');
    expect(body.items).toEqual([]);
  });
}
