import { config } from '../aws/configuration.ts';
import { clientSecrets, sealKey } from '../aws/secret-values.ts';
import { isForgebridgeError } from '../errors.ts';
import { isAvailable } from '../providers/registry.ts';
import { allProviders } from './configured-providers.ts';

/** How one part stands: `ready`, switched off, or the sub-reason of what is wrong. */
export interface Health {
  readonly status: 'ok' | 'incomplete';
  readonly settings: string;
  readonly sealing: string;
  readonly login: string;
  readonly providers: readonly { readonly id: string; readonly state: string }[];
}

/**
 * Looks at everything that has to be given after a deployment. A deployment in which something is
 * missing is healthy all the same: it serves what it can, and says the rest.
 */
export async function deploymentHealth(now: number): Promise<Health> {
  const settings = await stateOf(async () => allProviders());
  const providers = await Promise.all(
    (settings === 'ready' ? allProviders() : []).map(async (each) => ({
      id: each.id,
      state: isAvailable(each)
        ? await stateOf(() => clientSecrets(each.id, now))
        : each.disabled === true
          ? 'disabled'
          : 'client_id_missing',
    })),
  );
  const sealing = await stateOf(() => sealKey(now));
  const login = config().loginUrl === undefined ? 'login_url_missing' : 'ready';
  const complete = [settings, sealing, login, ...providers.map(({ state }) => state)].every(
    (state) => state === 'ready' || state === 'disabled',
  );
  return { status: complete ? 'ok' : 'incomplete', settings, sealing, login, providers };
}

async function stateOf(look: () => Promise<unknown>): Promise<string> {
  try {
    await look();
    return 'ready';
  } catch (error) {
    return isForgebridgeError(error) ? (error.details.reason ?? error.code) : 'unknown';
  }
}
