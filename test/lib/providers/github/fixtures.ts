import { inspect } from 'node:util';
import { ForgebridgeError } from '../../../../lib/errors.ts';
import { create } from '../../../../lib/providers/github/index.ts';
import type {
  Creation,
  NewRepository,
  Provider,
  ProviderSettings,
} from '../../../../lib/providers/provider.ts';
import { type Exchange, type Replay, replay } from '../../../harness/replay.ts';

export const now = 1_700_000_000_000;
export const secret = 'client-secret-0123';
export const token = 'ghu_16C7e42F292c6912E7710c838347Ae178B4a';
export const access = { token, login: 'octocat' };
const authorization = `Bearer ${token}`;
export const redirectUri = 'https://bridge.example/callback/github';

export function gitHubAt(
  host: Pick<Replay, 'origin' | 'fetch'>,
  settings: Partial<ProviderSettings> = {},
  secrets: readonly string[] = [secret],
) {
  return create({
    settings: {
      id: 'github',
      kind: 'github',
      name: 'GitHub',
      webUrl: host.origin,
      apiUrl: `${host.origin}/api/v3`,
      clientId: 'Iv1.8a61f9b3a7aba766',
      scopes: [],
      ...settings,
    },
    fetch: host.fetch,
    clientSecrets: async () => secrets,
    now: () => now,
  });
}

/** The members of every contract function that GitHub's client has, so that tests need no checks. */
type GitHubProvider = Required<Omit<Provider, 'creation' | 'installations'>> &
  Pick<Provider, 'installations'> & { readonly creation: Required<Creation> };

export async function scripted(script: readonly Exchange[], settings?: Partial<ProviderSettings>) {
  const host = await replay(script);
  // This kind offers every optional member but `installations`.
  return gitHubAt(host, settings) as GitHubProvider;
}

export const appSettings = { appSlug: 'bridge-app', appId: '1' };

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
    path: `/api/v3${path}`,
    headers: { authorization },
    ...(query === undefined ? {} : { query }),
  },
  reply,
});

export const send = (method: string, path: string, json: unknown, reply: Reply): Exchange => ({
  expect: { method, path: `/api/v3${path}`, json, headers: { authorization } },
  reply,
});

export const ok = (json: unknown, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers,
  json,
});

export const notFound: Reply = { status: 404, json: { message: 'Not Found', status: '404' } };

export const notAccessible: Reply = {
  status: 403,
  json: { message: 'Resource not accessible by integration', status: '403' },
};

/** GitHub's own example of a repository, shortened to what a client may care for. */
export const helloWorld = {
  id: 1296269,
  node_id: 'MDEwOlJlcG9zaXRvcnkxMjk2MjY5',
  name: 'Hello-World',
  full_name: 'octocat/Hello-World',
  owner: { login: 'octocat', id: 1, type: 'User' },
  private: false,
  html_url: 'https://github.com/octocat/Hello-World',
  description: 'This your first repo!',
  fork: false,
  clone_url: 'https://github.com/octocat/Hello-World.git',
  ssh_url: 'git@github.com:octocat/Hello-World.git',
  homepage: 'https://github.com',
  size: 108,
  default_branch: 'master',
  is_template: false,
  visibility: 'public',
  created_at: '2011-01-26T19:01:12Z',
  temp_clone_token: 'ABTLWHOULUVAXGTRYU7OC2876QJ2O',
};

export const generated = {
  ...helloWorld,
  template_repository: { id: 1, full_name: 'octocat/Hello-World-Template' },
};

export const branchMaster = { name: 'master', commit: { sha: '7638417db6d5' } };

export const own: NewRepository = {
  namespace: { id: '1', path: 'octocat', name: 'octocat', kind: 'user' },
  name: 'Hello-World',
  description: 'operation abc',
  visibility: 'private',
};

export const inOrganization: NewRepository = {
  ...own,
  namespace: { id: '2', path: 'acme', name: 'acme', kind: 'organization' },
};
