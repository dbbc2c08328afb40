import fc from 'fast-check';
import { expect } from 'vitest';
import { type HostId, standIns } from '../../infra/local/sandbox/registry.ts';
import { isForgebridgeError } from '../../lib/errors.ts';
import { capability, type Provider } from '../../lib/providers/provider.ts';
import { published } from './published.ts';
import type { Stage } from './stage.ts';

/** How often, and from where: the same answers in every run; SEED=… tries others. */
export interface Runs {
  readonly numRuns: number;
  readonly seed: number;
}

const own = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' } as const;
const wish = { namespace: own, name: 'mine', description: 'x', visibility: 'public' } as const;
const template = { template: 'templates/starter', includeAllBranches: false };
const handle = { id: '1', fullName: 'sandbox-user/notes' };
const commit = { branch: 'main', message: 'Seed', files: [{ path: 'a', content: 'YQ==' }] };
const access = { token: 'token', login: 'sandbox-user' };

/** Every reader of an answer. */
const readers: readonly ((client: Provider) => Promise<unknown> | undefined)[] = [
  (client) => client.identify(access.token),
  (client) => client.repositories(access, {}),
  (client) => client.repositories(access, { namespace: 'sandbox-org' }),
  ({ creation }) => creation?.namespaces(access, {}),
  ({ creation }) => creation?.findNamespace(access, 'sandbox-org'),
  ({ creation }) => creation?.findNamespace(access),
  ({ creation }) => creation?.findRepository(access, handle.fullName),
  ({ creation }) => creation?.create?.(access, wish),
  ({ creation }) => creation?.generate?.(access, template, wish),
  ({ creation }) => creation?.fork?.(access, template, wish),
  ({ creation }) => creation?.readiness(access, handle),
  ({ creation }) => creation?.configure(access, handle, { description: 'x', hasIssues: true }),
  ({ creation }) => creation?.commitFiles(access, handle, commit),
  ({ creation }) => creation?.deleteRepository?.(access, handle),
  ({ installations }) => installations?.list('jwt', {}),
  ({ installations }) => installations?.token('jwt', '1', {}),
  ({ installations }) => installations?.repositories('token', 'sandbox-org', {}),
];

/** The host's answers out of its description, drawn as they are asked for. */
function drawing(id: HostId, draw: <T>(arbitrary: fc.Arbitrary<T>) => T): typeof fetch {
  const documented = standIns[id].documented();
  const { answers } = published(documented, id !== 'github');
  const api = standIns[id].apiPath;
  return async (input, init) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname.slice(api.length);
    const call = documented.find('api', request.method, path);
    const known = call && answers(call);
    if (known === undefined) return Response.json({ message: 'Not Found' }, { status: 404 });
    const body = draw(known.body);
    return known.status === 204
      ? new Response(null, { status: 204 })
      : new Response(JSON.stringify(body ?? null), {
          status: known.status,
          headers: { 'content-type': 'application/json' },
        });
  };
}

/** Each reader takes what the description allows, or refuses it with a code. */
export async function readsOrRefuses(stage: Stage, id: HostId, runs: Runs): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const draw = <T>(arbitrary: fc.Arbitrary<T>): T => gen(() => arbitrary);
      const client = await stage.client(id, undefined, () => drawing(id, draw));
      for (const read of readers) {
        await read(client)?.catch((error: unknown) => {
          if (!isForgebridgeError(error)) throw error;
          expect(['InternalError', 'CallerUnauthenticated', 'Misconfigured']).not.toContain(
            error.code,
          );
        });
      }
    }),
    runs,
  );
}

/** Rows that the description allows do not cost those between which they stand. */
export async function keepsTheOtherRows(stage: Stage, id: HostId, runs: Runs): Promise<void> {
  const { access: real } = await stage.signIn(id);
  const documented = standIns[id].documented();
  const { answers } = published(documented, id !== 'github');
  const api = standIns[id].apiPath;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const client = await stage.client(id, undefined, (send) => async (input, init) => {
        const answer = await send(input, init);
        const request = new Request(input, init);
        const path = new URL(request.url).pathname.slice(api.length);
        const call = documented.find('api', request.method, path);
        const rows: unknown = await answer.clone().json();
        const known = call && answers(call);
        if (known === undefined || !Array.isArray(rows)) return answer;
        const others = gen(() => known.body);
        const mixed = [...(Array.isArray(others) ? others : [others]), ...rows];
        return new Response(JSON.stringify(mixed), answer);
      });
      const { items } = await client.repositories(real, {});
      expect(items.map(({ fullName }) => fullName)).toContain('sandbox-user/notes');
      if (client.creation === undefined) return;
      const places = await capability(client, 'creation').namespaces(real, {});
      expect(places.items.map(({ path }) => path)).toContain('sandbox-org');
    }),
    runs,
  );
}
