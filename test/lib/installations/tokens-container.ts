import type { Keyring } from '../../../infra/cli/keys.ts';
import type { HostSettings } from '../../../infra/local/sandbox/options.ts';
import { outbound } from '../../../lib/http/outbound.ts';
import type {
  InstallationTokenRequest,
  InstallationVault,
} from '../../../lib/installations/ports.ts';
import { installationStore } from '../../../lib/installations/store.ts';
import { appJwt } from '../../../lib/oauth/app-jwt.ts';
import {
  capability,
  type InstallationScope,
  type Installations,
} from '../../../lib/providers/provider.ts';
import { loadProvider, originsOf } from '../../../lib/providers/registry.ts';
import { opener, sealer } from '../../../lib/sealing/sealing.ts';
import type { Table } from '../../../lib/storage/table.ts';

/** The life of the Lambda functions that mint, in milliseconds. */
const invocation = 29_000;

export interface ContainerParts {
  readonly table: Table;
  readonly keyring: Keyring;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** One container's vault: its own caches and its own connection to the table. */
export function containerVault({ table, keyring, now, sleep }: ContainerParts): InstallationVault {
  return {
    store: installationStore(table),
    sealer: sealer(async () => keyring.seal),
    opener: opener(async () => keyring.open.keys),
    now,
    random: Math.random,
    sleep,
    audit: () => {},
    count: () => {},
  };
}

/** The app of a stand-in: the real client, whose calls go over HTTP by the bundle's own way out. */
export interface App {
  readonly installations: Installations;
  jwt(): Promise<string>;
  request(
    installationId: string,
    scope?: InstallationScope,
    more?: Partial<InstallationTokenRequest>,
  ): InstallationTokenRequest;
}

export async function appOf(host: HostSettings, now: () => number): Promise<App> {
  const { clientSecret, appPrivateKey = '', ...settings } = host;
  const provider = await loadProvider({
    settings,
    now,
    clientSecrets: async () => [clientSecret],
    fetch: outbound({
      origins: originsOf(settings),
      timeout: 25_000,
      maxBytes: 1024 * 1024,
      now,
      random: () => 0,
      sleep: async () => {},
    }),
  });
  const installations = capability(provider, 'installations');
  const jwt = () =>
    appJwt({ privateKeyPem: appPrivateKey, appId: settings.appId ?? '', now: now() });
  return {
    installations,
    jwt,
    request(installationId, scope = {}, more = {}) {
      const end = now() + invocation;
      return {
        provider: settings.id,
        installationId,
        scope,
        caller: 'tests',
        purpose: 'test',
        timeLeft: () => end - now(),
        mint: async () => installations.token(await jwt(), installationId, scope),
        ...more,
      };
    },
  };
}
