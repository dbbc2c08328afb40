import { inspect } from 'node:util';
import { ForgebridgeError } from '../../../../lib/errors.ts';
import { create } from '../../../../lib/providers/gitlab/index.ts';
import type { Creation, NewRepository, Provider } from '../../../../lib/providers/provider.ts';
import { type Exchange, type Replay, replay } from '../../../harness/replay.ts';

export const secret = 'client-secret-0123';
export const token = 'de6780bc506a0446309bd9362820ba8aed28aa506c71eedbe1c5c4f9dd350e54';
export const access = { token, login: 'octo' };
const authorization = `Bearer ${token}`;
export const redirectUri = 'https://bridge.example/callback/gitlab';

export function gitLabAt(
  host: Pick<Replay, 'origin' | 'fetch'>,
  now = 0,
  secrets: readonly string[] = [secret],
) {
  const provider = create({
    settings: {
      id: 'gitlab',
      kind: 'gitlab',
      name: 'GitLab',
      webUrl: host.origin,
      apiUrl: `${host.origin}/api/v4`,
      clientId: 'app-1',
      scopes: ['api'],
    },
    fetch: host.fetch,
    clientSecrets: async () => secrets,
    now: () => now,
  });
  // This kind offers every optional member but two.
  return provider as Required<Omit<Provider, 'creation' | 'installations'>> & {
    readonly creation: Required<Omit<Creation, 'generate'>>;
  };
}

export async function scripted(script: readonly Exchange[], now?: number) {
  return gitLabAt(await replay(script), now);
}

export async function failureOf(work: Promise<unknown>): Promise<ForgebridgeError> {
  const error = await work.then(
    () => undefined,
    (raised: unknown) => raised,
  );
  if (!(error instanceof ForgebridgeError)) throw new Error(`not ours: ${inspect(error)}`);
  return error;
}

type Reply = Exchange['reply'];

export const get = (path: string, reply: Reply, query?: Record<string, string>): Exchange => ({
  expect: {
    method: 'GET',
    path: `/api/v4${path}`,
    headers: { authorization },
    ...(query === undefined ? {} : { query }),
  },
  reply,
});

export const send = (method: string, path: string, json: unknown, reply: Reply): Exchange => ({
  expect: { method, path: `/api/v4${path}`, json, headers: { authorization } },
  reply,
});

export const remove = (path: string, reply: Reply): Exchange => ({
  expect: { method: 'DELETE', path: `/api/v4${path}`, headers: { authorization } },
  reply,
});

export const ok = (json: unknown, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers,
  json,
});

export const refuse = (status: number, json: unknown): Reply => ({ status, json });

/** GitLab's own example of a project. */
export const diaspora = {
  id: 3,
  description: 'Lorem ipsum dolor sit amet, consectetur adipiscing elit.',
  default_branch: 'main',
  visibility: 'internal',
  ssh_url_to_repo: 'git@example.com:diaspora/diaspora-project-site.git',
  http_url_to_repo: 'http://example.com/diaspora/diaspora-project-site.git',
  web_url: 'http://example.com/diaspora/diaspora-project-site',
  name: 'Diaspora Project Site',
  path: 'diaspora-project-site',
  path_with_namespace: 'diaspora/diaspora-project-site',
  created_at: '2013-09-30T13:46:02Z',
  namespace: { id: 3, name: 'Diaspora', path: 'diaspora', kind: 'group', full_path: 'diaspora' },
  import_status: 'none',
  archived: true,
};

export const handle = { id: '3', fullName: 'diaspora/diaspora-project-site' };

export const inGroup: NewRepository = {
  namespace: { id: '9', path: 'acme/tools', name: 'tools', kind: 'organization' },
  name: 'new-site',
  description: 'operation abc',
  visibility: 'private',
};
