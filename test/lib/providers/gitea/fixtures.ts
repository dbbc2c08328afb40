import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ForgebridgeError } from '../../../../lib/errors.ts';
import { create } from '../../../../lib/providers/gitea/index.ts';
import type { Creation, NewRepository, Provider } from '../../../../lib/providers/provider.ts';
import { type Exchange, type Replay, replay } from '../../../harness/replay.ts';

export const secret = 'client-secret-0123';
export const token = 'eyJhbGciOiJSUzI1NiJ9.eyJnbnQiOjF9.c2lnbmF0dXJl';
export const access = { token, login: 'sandbox-user' };
export const redirectUri = 'https://bridge.example/callback/gitea';

export function giteaAt(host: Pick<Replay, 'origin' | 'fetch'>, now = 0) {
  const provider = create({
    settings: {
      id: 'gitea',
      kind: 'gitea',
      name: 'Gitea',
      webUrl: host.origin,
      apiUrl: `${host.origin}/api/v1`,
      clientId: 'app-1',
      scopes: ['write:user', 'write:repository'],
    },
    fetch: host.fetch,
    clientSecrets: async () => [secret],
    now: () => now,
  });
  // This kind offers every optional member but these.
  return provider as Required<
    Omit<Provider, 'creation' | 'installations' | 'revoke' | 'isAlive'>
  > & {
    readonly creation: Required<Creation>;
  };
}

export async function scripted(script: readonly Exchange[], now?: number) {
  return giteaAt(await replay(script), now);
}

export async function failureOf(work: Promise<unknown>): Promise<ForgebridgeError> {
  const error = await work.then(
    () => undefined,
    (raised: unknown) => raised,
  );
  if (!(error instanceof ForgebridgeError)) throw new Error(`not ours: ${inspect(error)}`);
  return error;
}

/** Code and reason of the failure in which the work ends. */
export async function refusalOf(work: Promise<unknown>) {
  const { code, details } = await failureOf(work);
  return [code, details.reason];
}

type Reply = Exchange['reply'];

export const asked = (method: string, path: string, reply: Reply, json?: unknown): Exchange => ({
  expect: {
    method,
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}` },
    ...(json === undefined ? {} : { json }),
  },
  reply,
});

export const get = (path: string, reply: Reply, query?: Record<string, string>): Exchange => {
  const { expect, reply: said } = asked('GET', path, reply);
  return { expect: { ...expect, ...(query === undefined ? {} : { query }) }, reply: said };
};

export const ok = (json: unknown, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers,
  json,
});

export const refuse = (status: number, message: string): Reply => ({
  status,
  json: { message, url: 'https://gitea.example/api/swagger' },
});

interface Recorded {
  readonly status: number;
  readonly body?: unknown;
}

const file = join(import.meta.dirname, '../../../../infra/local/sandbox/gitea/answers.json');
const answers: Readonly<Record<string, Recorded>> = JSON.parse(readFileSync(file, 'utf8'));

/** What a real Gitea 1.26.0 said, with some members changed. */
export function said(name: string, changed: Readonly<Record<string, unknown>> = {}) {
  const found = answers[name];
  if (found === undefined) throw new Error(`nothing recorded as ${name}`);
  return { status: found.status, json: { ...Object(found.body), ...changed } };
}

/** Any repository, as a real Gitea shows it. */
export const repository = (changed: Readonly<Record<string, unknown>> = {}) =>
  said('repository', changed).json;

export const handle = { id: '1', fullName: 'sandbox-user/notes' };

export const wish: NewRepository = {
  namespace: { id: '2', path: 'sandbox-user', name: 'Sandbox User', kind: 'user' },
  name: 'mine',
  description: 'operation abc',
  visibility: 'private',
};
export const template = { template: 'templates/starter', includeAllBranches: false };
export const version = get('/version', said('version'));
