import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from './context.ts';
import { hurried } from './deployment.ts';
import type { Person } from './person.ts';

/** Tokens at the end of their life, wherever they are used. */
export function withGrantsThatEnd({ deployment: deployed, someone, connected }: Context): void {
  describe('tokens that end as soon as they are handed out', () => {
    let user: Person;
    let github: string;
    let gitlab: string;
    beforeAll(async () => {
      user = someone('user-in-a-hurry');
      github = await connected(user, hurried.github);
      gitlab = await connected(user, hurried.gitlab);
    });

    test('given every step has to refresh, when repositories are made by each strategy, then all are made', async () => {
      const files = [{ path: 'MADE', text: 'yes' }];
      const wanted = [
        [github, { template: 'templates/starter', strategy: 'generate', name: 'generated', files }],
        [gitlab, { template: 'templates/starter', strategy: 'fork', name: 'forked', files }],
        [gitlab, { name: 'created', files }],
      ] as const;
      for (const [connection, request] of wanted) {
        const { body } = await user.create(connection, request);
        expect(await user.ended(body.id)).toMatchObject({ status: 'succeeded' });
      }
    });

    test('given an import that fails, when what was made is to be deleted, then it is, and the reason is told', async () => {
      const { body } = await user.create(gitlab, {
        template: 'templates/fails',
        name: 'never-ready',
        onFailure: 'delete',
      });

      const operation = await user.ended(body.id);

      expect(operation).toMatchObject({ status: 'failed', error: { code: 'ImportFailed' } });
      // The end is told before it is cleaned up after.
      const left = async () => (await user.api('GET', `/operations/${body.id}`)).body.leftBehind;
      await expect.poll(left, { timeout: 60_000, interval: 1_000 }).toBeUndefined();
    });

    test('given what can be asked about a connection, when it is asked, then it is answered with a token of that moment', async () => {
      const paths = ['', '/namespaces', '/repositories', '/names/anything'];
      for (const path of paths) {
        const { status } = await user.api('GET', `/connections/${gitlab}${path}`);
        expect([path, status]).toEqual([path, 200]);
      }
    });

    test('given the account is connected already, when it is connected again, then it is the same connection', async () => {
      const home = await user.window.open(`${deployed().publicUrl}/`);
      await user.connect(home, hurried.gitlab);
      const { body } = await user.api('GET', `/connections`);
      expect(body.items).toHaveLength(2);
    });
  });

  describe('a grant that ends at the host', () => {
    const subject = 'user-without-a-grant';
    let user: Person;
    const connect = (host: string) => connected(user, host);
    beforeAll(() => {
      user = someone(subject);
    });

    test.each(['POST /token', 'GET /namespaces', 'GET /repositories', 'GET /names/anything'])(
      'given it ended, when %s is asked for, then the person must connect again, and can',
      async (request) => {
        const [method = '', path] = request.split(' ');
        const connection = await connect(hurried.gitlab);
        deployed().hurry.revoke('gitlab');

        const { status, body } = await user.api(method, `/connections/${connection}${path}`);

        expect([status, body.code]).toEqual([409, 'ReconnectRequired']);
        expect(await connect(hurried.gitlab)).toBe(connection);
      },
    );

    test.each([
      ['github', 'generate', ['generateFromTemplate']],
      ['gitlab', 'create', ['createEmptyRepo']],
      ['gitlab', 'fork', ['forkRepo', 'pollImportStatus', 'configureRepo', 'commitFiles']],
    ] as const)(
      'given it ends at any moment, when a repository is made at %s by %s, then the step of that moment says so',
      async (host, strategy, steps) => {
        const seen = new Set<string>();
        for (let skip = 0; skip < 20 && steps.some((step) => !seen.has(step)); skip += 1) {
          const connection = await connect(hurried[host]);
          const ended = {
            action: 'status',
            status: 400,
            body: { error: 'invalid_grant' },
          } as const;
          deployed().hurry.fault({
            provider: host,
            grantType: 'refresh_token',
            skip,
            count: 100,
            ...ended,
          });
          const { body } = await user.create(connection, {
            ...(strategy === 'create' ? {} : { template: 'templates/starter' }),
            strategy,
            name: `${strategy}-${skip}`,
            files: [{ path: 'MADE', text: 'yes' }],
          });
          const { error } = await user.ended(body.id);
          deployed().hurry.clearFaults();
          expect(error).toMatchObject({ code: 'ReconnectRequired' });
          seen.add(error.step);
        }
        expect([...seen]).toEqual(expect.arrayContaining([...steps]));
      },
    );
  });
}
