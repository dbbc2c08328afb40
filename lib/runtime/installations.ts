import { ForgebridgeError } from '../errors.ts';
import { appJwt } from '../oauth/app-jwt.ts';
import {
  capability,
  type Installation,
  type InstallationScope,
  type Installations,
  type Page,
  type Repository,
} from '../providers/provider.ts';
import type { SharedToken } from '../vault/installation-mint.ts';
import type { InstallationTokenRequest, InstallationVault } from '../vault/installation-ports.ts';
import { installationStore } from '../vault/installation-store.ts';
import { installationToken, withInstallation } from '../vault/installation-tokens.ts';
import type { Caller } from './authenticate.ts';
import { table } from './aws.ts';
import type { Call } from './endpoint.ts';
import type { Invocation } from './invocation.ts';
import { logInfo } from './log.ts';
import { countOutcome } from './metrics.ts';
import { provider } from './providers.ts';
import { appKey } from './secrets.ts';
import { vault } from './vault.ts';
import { pageOf, rfc3339 } from './views.ts';

type BackendCall = Call & { readonly caller: Caller };

/** The app of one provider: what it can do, and what proves it. */
interface App {
  readonly provider: string;
  readonly installations: Installations;
  /** A JWT of its own for each use: it lives nine minutes, and is never kept. */
  readonly jwt: () => Promise<string>;
}

/** @throws ForgebridgeError `NotFound`, or `Unsupported` where the provider has no app. */
async function appOf({ request, invocation }: Call): Promise<App> {
  const host = await provider(request.parameters.provider ?? '', invocation);
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
export async function installUrl(call: Call): Promise<string> {
  const { installations } = await appOf(call);
  return installations.installUrl();
}

/** One page of the app's installations, as the app. */
export async function listInstallations(call: Call): Promise<Page<Installation>> {
  const { installations, jwt } = await appOf(call);
  return installations.list(await jwt(), pageOf(call.request));
}

/**
 * The token of the installation that the path names, shared by all who ask for the same scope.
 *
 * @throws ForgebridgeError `Unsupported` where the provider cannot narrow a token.
 */
export async function tokenOfInstallation(
  call: BackendCall,
  scope: InstallationScope,
): Promise<SharedToken> {
  const app = await appOf(call);
  const narrow = scope.permissions !== undefined || scope.repositories !== undefined;
  if (narrow && !app.installations.narrowing) {
    throw new ForgebridgeError('Unsupported', {
      reason: 'no_narrowing',
      remedy: 'Ask without a body: the token then has all that the installation has.',
    });
  }
  return installationToken(
    installationVault(call.invocation),
    tokenRequest(call, app, 'installation token', scope),
  );
}

/** One page of the repositories that the installation of the path reaches. */
export async function repositoriesOfInstallation(call: BackendCall): Promise<Page<Repository>> {
  const app = await appOf(call);
  const page = pageOf(call.request);
  const request = tokenRequest(call, app, 'list installation repositories', {});
  const account = await accountOf(app, request);
  return withInstallation(installationVault(call.invocation), request, (token) =>
    app.installations.repositories(token, account, page),
  );
}

function tokenRequest(
  { caller, request, invocation }: BackendCall,
  { provider, installations, jwt }: App,
  purpose: string,
  scope: InstallationScope,
): InstallationTokenRequest {
  const installationId = request.parameters.installationId ?? '';
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(installationId)) {
    throw new ForgebridgeError('NotFound');
  }
  return {
    provider,
    installationId,
    scope,
    caller: caller.name,
    purpose,
    timeLeft: invocation.timeLeft,
    // A host answers 404 for an installation that is not this app's own.
    mint: async () => installations.token(await jwt(), installationId, scope),
  };
}

/** Accounts kept in one container's memory, and for how long: an account can be renamed. */
const keptAccounts = 1_000;
const keptFor = 600_000;
const accounts = new Map<string, { readonly path: string; readonly until: number }>();

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
  const known = accounts.get(name);
  if (known !== undefined && Date.now() < known.until) return known.path;
  const token = await jwt();
  let cursor: string | undefined;
  do {
    if (timeLeft() < lastLook) throw new ForgebridgeError('ProviderTimeout');
    const { items, next } = await installations.list(token, cursor === undefined ? {} : { cursor });
    const found = items.find(({ id }) => id === installationId);
    if (found !== undefined) return keep(name, found.account.path);
    cursor = next;
  } while (cursor !== undefined);
  throw new ForgebridgeError('NotFound');
}

function keep(name: string, path: string): string {
  accounts.delete(name);
  accounts.set(name, { path, until: Date.now() + keptFor });
  const oldest = accounts.size > keptAccounts ? accounts.keys().next().value : undefined;
  if (oldest !== undefined) accounts.delete(oldest);
  return path;
}

function installationVault(invocation: Invocation): InstallationVault {
  return {
    ...vault(invocation),
    store: installationStore(table()),
    audit: (line) => logInfo('token opened', { audit: true, ...line }),
    count: countOutcome,
  };
}

/** An installation as it is sent. */
export function installationView({ createdAt, ...rest }: Installation) {
  return { ...rest, ...(createdAt === undefined ? {} : { createdAt: rfc3339(createdAt) }) };
}

/** An installation token as it is sent: its end in RFC 3339, UTC. */
export function installationTokenView(shared: SharedToken) {
  const { token, expiresAt, permissions, repositorySelection } = shared;
  return { token, expiresAt: rfc3339(expiresAt), permissions, repositorySelection };
}
