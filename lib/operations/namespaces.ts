import { ForgebridgeError } from '../errors.ts';
import type { Access, Namespace, Provider } from '../providers/provider.ts';
import { creationOf } from './names.ts';
import type { Plan } from './record.ts';

/**
 * The namespace of that path, as the host spells it; of the account's own, whatever it is called now.
 *
 * @throws ForgebridgeError `InvalidInput` for one that is none of this connection's,
 * `InstallationRequired` where an app must be installed for it.
 */
export async function findTarget(
  access: Access,
  provider: Provider,
  { namespace: path, own }: Pick<Plan, 'namespace' | 'own'>,
): Promise<Namespace> {
  const { findNamespace } = creationOf(provider);
  const found = await (own === true ? findNamespace(access) : findNamespace(access, path));
  if (found === undefined) throw notReached(provider, path);
  return found;
}

/** An app's user reaches a namespace only where the app is installed. */
function notReached({ installations }: Provider, path: string): ForgebridgeError {
  if (installations !== undefined) {
    return new ForgebridgeError('InstallationRequired', {
      reason: 'namespace_not_reached',
      remedy: `The provider shows no ${path}. Check the name; if it is right, install the app there, or choose a namespace that the account can create in.`,
      installUrl: installations.installUrl(),
    });
  }
  return new ForgebridgeError('InvalidInput', {
    reason: 'namespace_not_reached',
    fields: [{ field: 'namespace', problem: 'is none that this connection can create in' }],
    remedy: 'Choose a namespace that the account can create in, or leave it out.',
  });
}
