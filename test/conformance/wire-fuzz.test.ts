import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { isForgebridgeError } from '../../lib/errors.ts';
import { type Access, capability } from '../../lib/providers/provider.ts';
import { creatingHosts, hosts } from './hosts.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
const accesses = new Map<HostId, Access>();
beforeAll(async () => {
  stage = await startStage();
  for (const id of hosts) accesses.set(id, (await stage.signIn(id)).access);
});
afterAll(() => stage.sandbox.close());

/** What a host may do to one member of its answer without asking us. */
const changes = {
  missing: () => undefined,
  null: () => null,
  otherNumber: (value: unknown) =>
    typeof value === 'number'
      ? String(value)
      : typeof value === 'string'
        ? 9_007_199_254_740
        : [value],
  fraction: (value: unknown) => (typeof value === 'number' ? value + 0.5 : value),
  longer: (value: unknown) => (typeof value === 'string' ? value.repeat(40) : value),
  otherCase: (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : value),
  empty: (value: unknown) => (typeof value === 'string' ? '' : Array.isArray(value) ? [] : {}),
  nested: (value: unknown) => ({ value, more: [value] }),
};
type Change = keyof typeof changes;
const kinds = Object.keys(changes) as Change[]; // the keys of a literal

interface Mutation {
  /** Which of all members, counted through the whole answer. */
  readonly at: number;
  readonly change: Change;
}

const mutations = fc.array(
  fc.record({ at: fc.nat({ max: 400 }), change: fc.constantFrom(...kinds) }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

/** The answer with some of its members changed, and one that nobody asked for. */
function mutated(body: unknown, wanted: readonly Mutation[]): unknown {
  let count = 0;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, inner]) => {
      count += 1;
      const mutation = wanted.find(({ at }) => at === count);
      return [name, mutation === undefined ? walk(inner) : changes[mutation.change](inner)];
    });
    return Object.fromEntries([...members, ['never_heard_of', { of: ['this'] }]]);
  };
  return walk(body);
}

/** A client whose host's JSON answers pass through `change`. */
async function changedClient(id: HostId, change: (body: unknown) => unknown) {
  const access = accesses.get(id);
  if (access === undefined) throw new Error(`nobody signed in at ${id}`);
  const client = await stage.client(id, undefined, (send) => async (input, init) => {
    const answer = await send(input, init);
    const text = await answer.text();
    const json = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
    const body = json ? JSON.stringify(change(JSON.parse(text))) : text;
    return new Response(answer.status === 204 ? null : body, answer);
  });
  return { client, access };
}

/** The same answers in every run; SEED=… tries others. */
const seed = Number(process.env.SEED ?? 7);

/** As it is sent. Octokit's reader of JSON gives up on a member called `toString`, which no host sends. */
function asJson(value: unknown): unknown {
  const text = JSON.stringify(value, (name, inner) => (name === 'toString' ? undefined : inner));
  return JSON.parse(text ?? 'null');
}

/** Either an answer or one of our errors; anything else fails the property. */
async function readOrRefused(work: Promise<unknown> | undefined): Promise<void> {
  await work?.catch((error: unknown) => {
    if (!isForgebridgeError(error)) throw error;
    expect(['InternalError', 'CallerUnauthenticated']).not.toContain(error.code);
  });
}

describe.each(hosts)('answers of %s', (id) => {
  test('given any members that are null, missing, longer or of another type, when an account or a list is read, then it is read, or refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (wanted) => {
        const { client, access } = await changedClient(id, (body) => mutated(body, wanted));
        await readOrRefused(client.identify(access.token));
        await readOrRefused(client.repositories(access, {}));
      }),
      { numRuns: 40, seed },
    );
  });

  test('given one row that is anything at all, when repositories are listed, then the others are there', async () => {
    const row = fc.oneof(
      fc.anything(),
      fc.record({
        id: fc.anything(),
        full_name: fc.anything(),
        path_with_namespace: fc.anything(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(row, async (bad) => {
        const { client, access } = await changedClient(id, (body) =>
          Array.isArray(body) ? [...body, asJson(bad)] : body,
        );
        const { items } = await client.repositories(access, {});
        expect(items.map(({ fullName }) => fullName)).toContain('sandbox-user/notes');
      }),
      { numRuns: 40, seed },
    );
  });
});

describe.each(creatingHosts)('answers about repositories of %s', (id) => {
  test('given any members that are null, missing, longer or of another type, when a repository is found, made, looked at or configured, then it is read, or refused with a code', async () => {
    const own = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' } as const;
    await fc.assert(
      fc.asyncProperty(mutations, fc.nat(), async (wanted, number) => {
        const { client, access } = await changedClient(id, (body) => mutated(body, wanted));
        const creation = capability(client, 'creation');
        const wish = {
          namespace: own,
          name: `f${number}`,
          description: '',
          visibility: 'public',
        } as const;
        await readOrRefused(creation.namespaces(access, {}));
        await readOrRefused(creation.findNamespace(access, 'sandbox-org'));
        await readOrRefused(creation.findRepository(access, 'sandbox-user/notes'));
        await readOrRefused(creation.create?.(access, wish));
        const handle = { id: '1', fullName: `sandbox-user/f${number}` };
        await readOrRefused(creation.readiness(access, handle));
        await readOrRefused(creation.configure(access, handle, { description: 'x' }));
      }),
      { numRuns: 25, seed },
    );
  });
});
