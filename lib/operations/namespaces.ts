import { ForgebridgeError } from '../errors.ts';
import type { Access, Namespace, Provider } from '../providers/provider.ts';
import { creationOf } from './names.ts';

/**
 * The namespace of that path, as the host spells it.
 *
 * @throws ForgebridgeError `InvalidInput` for one that is none of this connection's,
 * `InstallationRequired` where an app must be installed for it.
 */
export async function findNamespace(
  access: Access,
  provider: Provider,
  path: string,
): Promise<Namespace> {
  const found = await creationOf(provider).findNamespace(access, path);
  if (found === undefined) throw notReached(provider, path);
  return found;
}

/**
 * The account's own namespace, which had that path when the account was connected: found by the
 * account where it was renamed since.
 *
 * @throws ForgebridgeError as {@link findNamespace}.
 */
export async function findOwnNamespace(
  access: Access,
  provider: Provider,
  path: string,
): Promise<Namespace> {
  const found = await creationOf(provider).findNamespace(access, path);
  if (found !== undefined) return found;
  const { login } = await provider.identify(access.token);
  return findNamespace({ ...access, login }, provider, login);
}

/** An app's user reaches a namespace only where the app is installed. */
function notReached({ installations }: Provider, path: string): ForgebridgeError {
  if (installations !== undefined) {
    return new ForgebridgeError('InstallationRequired', {
      reason: 'namespace_not_reached',
      remedy: `Install the app for ${path}, or choose a namespace that the account can create in.`,
      installUrl: installations.installUrl(),
    });
  }
  return new ForgebridgeError('InvalidInput', {
    reason: 'namespace_not_reached',
    fields: [{ field: 'namespace', problem: 'is none that this connection can create in' }],
    remedy: 'Choose a namespace that the account can create in, or leave it out.',
  });
}
