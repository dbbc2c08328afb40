import { inspect } from 'node:util';
import { ForgebridgeError } from '../../../../lib/errors.ts';
import {
  type Creation,
  capability,
  type Provider,
  type ProviderContext,
  type ProviderSettings,
} from '../../../../lib/providers/provider.ts';
import { type Exchange, type Replay, replay } from '../../../harness/replay.ts';

export const now = Date.parse('2023-05-06T20:00:00Z');
export const access = { token: 'access-0123456789', login: 'demo' };
export const redirectUri = 'https://bridge.example/callback/host';
export const clientSecret = 'client-secret-0123456789';
export const bearer = { authorization: `Bearer ${access.token}` };

export const user = { id: '1', path: 'demo', name: 'Demo', kind: 'user' } as const;
export const group = { id: '2', path: 'acme', name: 'Acme', kind: 'organization' } as const;
export const handle = { id: '14836026', fullName: 'demo/site' };

/** Plays the script at a host whose web and API share one origin; the API stands at `apiPath`. */
export async function contextOf(
  script: readonly Exchange[],
  settings: Partial<ProviderSettings> & Pick<ProviderSettings, 'kind'>,
  apiPath = '/api/v5',
): Promise<{ host: Replay; context: ProviderContext }> {
  const host = await replay(script, { now: () => now });
  const context: ProviderContext = {
    settings: {
      id: settings.kind,
      name: 'The host',
      webUrl: host.origin,
      apiUrl: `${host.origin}${apiPath}`,
      clientId: 'client-1',
      scopes: [],
      ...settings,
    },
    fetch: host.fetch,
    clientSecrets: async () => [clientSecret],
    now: () => now,
  };
  return { host, context };
}

/** What the provider creates with. */
export function creationOf(provider: Provider) {
  // The dialect offers all of it but this.
  return capability(provider, 'creation') as Required<Omit<Creation, 'generate'>>;
}

/** The error that the work ends in; whatever else it ends in fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<ForgebridgeError> {
  const error = await work.then(
    () => undefined,
    (raised: unknown) => raised,
  );
  if (!(error instanceof ForgebridgeError)) throw new Error(`not ours: ${inspect(error)}`);
  return error;
}

/** A repository as the dialect shows it, cut down to what is read. */
export const repositoryBody = {
  id: 14836026,
  full_name: 'demo/site',
  human_name: 'Demo/site',
  namespace: { id: 1576684, type: 'personal', name: 'Demo', path: 'demo' },
  path: 'site',
  name: 'site',
  description: '',
  private: false,
  public: true,
  internal: false,
  fork: false,
  html_url: 'https://gitee.com/demo/site.git',
  ssh_url: 'git@gitee.com:demo/site.git',
  default_branch: 'master',
  created_at: '2021-03-24T11:24:34+08:00',
  parent: null,
  empty_repo: false,
};
