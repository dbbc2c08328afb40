import type { Context } from 'hono';
import {
  defaultPace,
  type HostId,
  type HostSettings,
  type ImportPace,
  type SandboxOptions,
} from './options.ts';
import { furnish } from './seed.ts';
import { createTokenStore, type Token, type TokenRules, type TokenStore } from './tokens.ts';
import { createWorld, emptyWorld, type World, type WorldData } from './world.ts';

/** One stand-in: who it is, what it knows and its options. */
export interface Host {
  readonly settings: HostSettings;
  readonly options: SandboxOptions;
  readonly world: World;
  readonly tokens: TokenStore;
  /** Epoch milliseconds of the sandbox clock. */
  readonly now: () => number;
  readonly settleMs: number;
}

/** What of a host outlives the sandbox: codes, rate limits and open consent pages do not. */
export interface HostData {
  readonly world: WorldData;
  readonly tokens: Token[];
}

/** What all hosts of one sandbox share. */
export interface HostContext {
  readonly options: SandboxOptions;
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
  readonly appPrivateKey: string;
}

interface Profile {
  readonly settings: Omit<HostSettings, 'id' | 'webUrl' | 'apiUrl' | 'appPrivateKey'>;
  readonly apiPath: string;
  readonly firstId: number;
  readonly tokens: Omit<TokenRules, 'reuse' | 'overlap'>;
  readonly overlap: boolean;
}

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

const profiles: Readonly<Record<HostId, Profile>> = {
  github: {
    settings: {
      kind: 'github',
      name: 'GitHub (sandbox)',
      clientId: 'Iv1.sandbox0github01',
      clientSecret: 'sandbox-client-secret-of-github-0123456789',
      scopes: [],
      appId: '4711',
      appSlug: 'sandbox-app',
    },
    apiPath: '/api/v3',
    firstId: 10_000,
    tokens: {
      accessPrefix: 'ghu_',
      accessMs: 28_800 * second,
      refreshPrefix: 'ghr_',
      refreshMs: 15_811_200 * second,
    },
    overlap: false,
  },
  gitlab: {
    settings: {
      kind: 'gitlab',
      name: 'GitLab (sandbox)',
      clientId: 'sandbox-gitlab-client',
      clientSecret: 'sandbox-client-secret-of-gitlab-0123456789',
      scopes: ['api'],
    },
    apiPath: '/api/v4',
    firstId: 20_000,
    tokens: { accessPrefix: '', accessMs: 7200 * second, refreshPrefix: '' },
    overlap: false,
  },
  gitee: {
    settings: {
      kind: 'gitee',
      name: 'Gitee (sandbox)',
      clientId: 'sandbox-gitee-client',
      clientSecret: 'sandbox-client-secret-of-gitee-0123456789',
      scopes: ['user_info', 'projects', 'groups'],
    },
    apiPath: '/api/v5',
    firstId: 30_000,
    tokens: { accessPrefix: '', accessMs: 86_400 * second, refreshPrefix: '' },
    overlap: false,
  },
  atomgit: {
    settings: {
      kind: 'atomgit',
      flavour: '2023',
      name: 'AtomGit (sandbox)',
      clientId: 'Iv1.sandbox0atomgit1',
      clientSecret: 'sandbox-client-secret-of-atomgit-0123456789',
      scopes: [],
      appId: '75',
      appSlug: 'sandbox-app',
    },
    apiPath: '',
    firstId: 40_000,
    tokens: {
      accessPrefix: 'atu_',
      accessMs: 8 * hour,
      refreshPrefix: 'refresh_',
      refreshMs: 184 * day,
    },
    overlap: true,
  },
  'atomgit-v5': {
    settings: {
      kind: 'atomgit',
      flavour: 'v5',
      name: 'AtomGit v5 (sandbox)',
      clientId: 'sandbox-atomgit-v5-client',
      clientSecret: 'sandbox-client-secret-of-atomgit-v5-0123456789',
      scopes: ['user_info', 'projects'],
    },
    apiPath: '/api/v5',
    firstId: 50_000,
    tokens: { accessPrefix: '', accessMs: 1_296_000 * second, refreshPrefix: '' },
    overlap: false,
  },
};

function settingsOf(id: HostId, origin: string, context: HostContext): HostSettings {
  const { settings, apiPath } = profiles[id];
  const oauthApp = id === 'github' && context.options.githubApp === 'oauth-app';
  return {
    id,
    ...settings,
    ...(oauthApp ? { scopes: ['repo', 'workflow', 'read:org'] } : {}),
    webUrl: origin,
    apiUrl: origin + apiPath,
    ...(settings.appId === undefined ? {} : { appPrivateKey: context.appPrivateKey }),
  };
}

function tokenRules(id: HostId, options: SandboxOptions): TokenRules {
  const { tokens, overlap } = profiles[id];
  const seconds = options.accessSeconds?.[id];
  const common = {
    reuse: options.reuse?.[id] ?? ('strict' as const),
    overlap: options.overlap?.[id] ?? overlap,
  };
  if (id === 'github' && options.githubApp === 'oauth-app') {
    return { accessPrefix: 'gho_', ...common };
  }
  return { ...tokens, ...(seconds === undefined ? {} : { accessMs: seconds * second }), ...common };
}

function firstData(id: HostId, pace: ImportPace, now: () => number): HostData {
  const data = emptyWorld(profiles[id].firstId);
  furnish(createWorld(data, pace, now), id);
  return { world: data, tokens: [] };
}

/** A stand-in reachable at `origin`, in its first state unless there is `kept` data. */
export function createHost(
  id: HostId,
  origin: string,
  context: HostContext,
  kept?: HostData,
): Host {
  const { options, now, random } = context;
  const pace = { ...defaultPace, ...options.importPace };
  const data = kept ?? firstData(id, pace, now);
  return {
    settings: settingsOf(id, origin, context),
    options,
    world: createWorld(data.world, pace, now),
    tokens: createTokenStore(tokenRules(id, options), now, random, data.tokens),
    now,
    settleMs: pace.settleMs,
  };
}

/** What stands behind the `Authorization` header; the query is never looked at. */
export function bearer(c: Context, schemes: readonly string[] = ['bearer']): string | undefined {
  const [scheme = '', value, ...rest] = (c.req.header('authorization') ?? '').split(' ');
  return schemes.includes(scheme.toLowerCase()) && rest.length === 0 ? value : undefined;
}

/** The live user or installation token of the request, or why there is none. */
export function presented(
  host: Host,
  c: Context,
  schemes?: readonly string[],
): Token | 'none' | 'unknown' | 'expired' | 'revoked' {
  const value = bearer(c, schemes);
  return value === undefined ? 'none' : host.tokens.standing(value, ['access', 'installation']);
}
