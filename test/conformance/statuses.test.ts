import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { isForgebridgeError } from '../../lib/errors.ts';
import {
  type Access,
  type Creation,
  capability,
  type Provider,
  strategies,
} from '../../lib/providers/provider.ts';
import { creatingHosts, strategiesOf } from './hosts.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.sandbox.close());

const own = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' } as const;
const wish = { namespace: own, name: 'mine', description: '', visibility: 'public' } as const;
const template = { template: 'templates/starter', includeAllBranches: false };
const handle = { id: '1', fullName: 'sandbox-user/notes' };
const commit = { branch: 'main', message: 'Seed', files: [{ path: 'a', content: 'YQ==' }] };

/** Every call of the contract that a token is used for. */
const calls: Readonly<
  Record<
    string,
    (client: Provider, creation: Creation, access: Access) => Promise<unknown> | undefined
  >
> = {
  identify: (client, _, access) => client.identify(access.token),
  repositories: (client, _, access) => client.repositories(access, {}),
  namespaces: (_, creation, access) => creation.namespaces(access, {}),
  findNamespace: (_, creation, access) => creation.findNamespace(access, 'sandbox-org'),
  findRepository: (_, creation, access) => creation.findRepository(access, handle.fullName),
  create: (_, creation, access) => creation.create?.(access, wish),
  fork: (_, creation, access) => creation.fork?.(access, template, wish),
  generate: (_, creation, access) => creation.generate?.(access, template, wish),
  readiness: (_, creation, access) => creation.readiness(access, handle),
  configure: (_, creation, access) => creation.configure(access, handle, { description: 'x' }),
  commitFiles: (_, creation, access) => creation.commitFiles(access, handle, commit),
  deleteRepository: (_, creation, access) => creation.deleteRepository?.(access, handle),
};

/** What a status means where nothing else is said. */
const usual: Readonly<Record<number, string>> = {
  400: 'InvalidInput',
  401: 'ReconnectRequired',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'ProviderProtocol',
  409: 'ProviderUnavailable',
  415: 'ProviderProtocol',
  422: 'InvalidInput',
  429: 'RateLimited',
  500: 'ProviderUnavailable',
  502: 'ProviderUnavailable',
  503: 'ProviderUnavailable',
  504: 'ProviderUnavailable',
};

/** What it means to one call: the absence that was asked about, or was wanted, is no failure. */
const meanings: Readonly<Record<string, string>> = {
  'findNamespace 404': 'none',
  'findRepository 404': 'none',
  // Nor is there a user then, whose own it could be.
  'github findNamespace 404': 'NotFound',
  'deleteRepository 404': 'done',
  // A repository of a moment ago, which parts of the host do not know yet.
  'github commitFiles 404': 'ProviderUnavailable',
  // Each file is looked for first, and the commit itself finds no project.
  'gitlab commitFiles 404': 'ProviderUnavailable',
  // The branch of a repository of a moment ago.
  'gitea commitFiles 404': 'ProviderUnavailable',
  // A conflict in a creating call is the name's.
  'gitee create 409': 'AlreadyExists',
  'gitee fork 409': 'AlreadyExists',
  'atomgit-v5 create 409': 'AlreadyExists',
  'atomgit-v5 fork 409': 'AlreadyExists',
};

/** Every request is answered with the status, so that nothing changes and one person is enough. */
async function outcome(
  { id, client, access }: Awaited<ReturnType<typeof signIn>>,
  call: string,
  status: number,
): Promise<string> {
  const creation = capability(client, 'creation');
  const body = { message: 'refused', status: String(status) };
  stage.sandbox.fault({ provider: id, action: 'status', status, body, count: 99 });
  try {
    const answer = await calls[call]?.(client, creation, access);
    if (answer === undefined) return call.startsWith('find') ? 'none' : 'done';
    return typeof answer === 'object' && answer !== null && 'state' in answer
      ? String(answer.state)
      : 'answered';
  } catch (error) {
    if (isForgebridgeError(error)) return error.code;
    throw error;
  } finally {
    stage.sandbox.clearFaults();
  }
}

async function signIn(id: HostId) {
  return { id, ...(await stage.signIn(id)) };
}

describe.each(creatingHosts)('each status at %s', (id) => {
  let person: Awaited<ReturnType<typeof signIn>>;
  beforeAll(async () => {
    person = await signIn(id);
  });

  const without = strategies.filter((each) => !strategiesOf(id).includes(each));
  const offered = Object.keys(calls).filter((call) => without.every((each) => each !== call));
  const pairs = Object.keys(usual).flatMap((status) =>
    offered.map((call) => [status, call] as const),
  );

  test.each(pairs)(
    'given %s, when it answers %s, then it is called what it is',
    async (status, call) => {
      const expected =
        meanings[`${id} ${call} ${status}`] ??
        meanings[`${call} ${status}`] ??
        usual[Number(status)];
      expect(await outcome(person, call, Number(status))).toBe(expected);
    },
  );
});
