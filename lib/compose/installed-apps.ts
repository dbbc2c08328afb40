import { audit } from '../aws/audit.ts';
import { table } from '../aws/dynamodb.ts';
import type { Invocation } from '../aws/invocation.ts';
import { countOutcome } from '../aws/metrics.ts';
import { appKey } from '../aws/secret-values.ts';
import { ForgebridgeError } from '../errors.ts';
import type { SharedToken } from '../installations/mint.ts';
import type { InstallationTokenRequest, InstallationVault } from '../installations/ports.ts';
import { installationStore } from '../installations/store.ts';
import { installationToken, withInstallation } from '../installations/tokens.ts';
import { appJwt } from '../oauth/app-jwt.ts';
import { defined } from '../primitives/defined.ts';
import { kept } from '../primitives/kept.ts';
import {
  capability,
  type Installation,
  type InstallationScope,
  type Installations,
  type Page,
  type PageRequest,
  type Repository,
} from '../providers/provider.ts';
import { provider } from './configured-providers.ts';
import { vault } from './opening-vault.ts';

/** One installation of a provider's app, and on whose behalf it is used. */
export interface InstallationUse {
  readonly provider: string;
  readonly installationId: string;
  /** Name of the caller, for the audit line. */
  readonly caller: string;
  readonly invocation: Invocation;
}

/** The app of one provider: what it can do, and what proves it. */
interface App {
  readonly provider: string;
  readonly installations: Installations;
  /** A JWT of its own for each use: it lives nine minutes, and is never kept. */
  readonly jwt: () => Promise<string>;
}

/** @throws ForgebridgeError `NotFound`, or `Unsupported` where the provider has no app. */
async function appOf(providerId: string, invocation: Invocation): Promise<App> {
  const host = await provider(providerId, invocation);
  const installations = capability(host, 'installations');
  const { id, appId } = host.settings;
  return {
    provider: id,
    installations,
    async jwt() {
      if (appId === undefined) {
        throw new ForgebridgeError('Misconfigured', {
          reason: 'app_id_missing',
          remedy: 'Set appId of the provider. It is in infra/providers.yml.',
        });
      }
      return appJwt({ privateKeyPem: await appKey(id, Date.now()), appId, now: Date.now() });
    },
  };
}

/** Where the app's installations page is. Needs no secret. */
export async function installUrl(providerId: string, invocation: Invocation): Promise<string> {
  const { installations } = await appOf(providerId, invocation);
  return installations.installUrl();
}

/** One page of the app's installations, as the app. */
export async function listInstallations(
  providerId: string,
  page: PageRequest,
  invocation: Invocation,
): Promise<Page<Installation>> {
  const { installations, jwt } = await appOf(providerId, invocation);
  return installations.list(await jwt(), page);
}

/**
 * The token of one installation, shared by all who ask for the same scope.
 *
 * @throws ForgebridgeError `Unsupported` where the provider cannot narrow a token.
 */
export async function tokenOfInstallation(
  use: InstallationUse,
  scope: InstallationScope,
): Promise<SharedToken> {
  const app = await appOf(use.provider, use.invocation);
  const narrow = scope.permissions !== undefined || scope.repositories !== undefined;
  if (narrow && !app.installations.narrowing) {
    throw new ForgebridgeError('Unsupported', {
      reason: 'no_narrowing',
      remedy: 'Ask without a body: the token then has all that the installation has.',
    });
  }
  return installationToken(
    installationVault(use.invocation),
    tokenRequest(use, app, 'installation token', scope),
  );
}

/** One page of the repositories that one installation reaches. */
export async function repositoriesOfInstallation(
  use: InstallationUse,
  page: PageRequest,
): Promise<Page<Repository>> {
  const app = await appOf(use.provider, use.invocation);
  const request = tokenRequest(use, app, 'list installation repositories', {});
  const account = await accountOf(app, request);
  return withInstallation(installationVault(use.invocation), request, (token) =>
    app.installations.repositories(token, account, page),
  );
}

function tokenRequest(
  { installationId, caller, invocation }: InstallationUse,
  { provider, installations, jwt }: App,
  purpose: string,
  scope: InstallationScope,
): InstallationTokenRequest {
  return {
    provider,
    installationId,
    scope,
    caller,
    purpose,
    timeLeft: invocation.timeLeft,
    // A host answers 404 for an installation that is not this app's own.
    mint: async () => installations.token(await jwt(), installationId, scope),
  };
}

/** Accounts kept in one container's memory, and for how long: an account can be renamed. */
const keptAccounts = 1_000;
const keptFor = 600_000;
const accounts = kept<string>(keptFor, keptAccounts);

/** With less than this left no other page is looked at. */
const lastLook = 5_000;

/**
 * The account of an installation, from the app's own list: the caller's word for it is never taken.
 *
 * @throws ForgebridgeError `NotFound` when the app has no such installation.
 */
async function accountOf(
  { provider, installations, jwt }: App,
  { installationId, timeLeft }: InstallationTokenRequest,
): Promise<string> {
  const name = `${provider} ${installationId}`;
  const known = accounts.get(name, Date.now());
  if (known !== undefined) return known;
  const token = await jwt();
  let cursor: string | undefined;
  do {
    if (timeLeft() < lastLook) throw new ForgebridgeError('ProviderTimeout');
    const { items, next } = await installations.list(token, defined({ cursor }));
    const found = items.find(({ id }) => id === installationId);
    if (found !== undefined) return accounts.set(name, found.account.path, Date.now());
    cursor = next;
  } while (cursor !== undefined);
  throw new ForgebridgeError('NotFound');
}

function installationVault(invocation: Invocation): InstallationVault {
  return {
    ...vault(invocation),
    store: installationStore(table()),
    audit: (line) => audit('token opened', { ...line }),
    count: countOutcome,
  };
}
