import { isForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Access, Account, Namespace, Provider } from '../providers/provider.ts';
import type { Vault } from './ports.ts';
import type { ConnectionRecord } from './record.ts';

/**
 * The provider as one connection uses it: what its answers say of the account on the way is kept. A
 * user may take another login at any time; the id stays. A list of a namespace that is not found is
 * asked for once more when it was the login that is another now.
 */
export function learning(
  vault: Pick<Vault, 'store' | 'now'>,
  record: ConnectionRecord,
  provider: Provider,
): Provider {
  const learn = (account: Partial<Account>) => noteAccount(vault, record, account);

  async function identify(token: string): Promise<Account> {
    const account = await provider.identify(token);
    await learn(account);
    return account;
  }

  return {
    ...provider,
    identify,
    async repositories(access, filter) {
      try {
        return await provider.repositories(access, filter);
      } catch (error) {
        const { namespace } = filter;
        if (namespace === undefined || !isForgebridgeError(error, 'NotFound')) throw error;
        const { login } = await identify(access.token);
        if (same(login, access.login)) throw error;
        const meant = same(namespace, access.login) ? login : namespace;
        return provider.repositories({ ...access, login }, { ...filter, namespace: meant });
      }
    },
    ...defined({ creation: provider.creation && learningPlaces(provider.creation, learn) }),
  };
}

type Places = Pick<NonNullable<Provider['creation']>, 'namespaces' | 'findNamespace'>;

/** The account's own namespace is called as the account is. */
function learningPlaces<Creation extends Places>(
  creation: Creation,
  learn: (account: Partial<Account>) => Promise<void>,
): Creation {
  const own = async (found: Namespace | undefined) => {
    if (found?.kind === 'user') await learn({ login: found.path });
  };
  return {
    ...creation,
    async namespaces(access: Access, page) {
      const found = await creation.namespaces(access, page);
      await own(found.items.find(({ kind }) => kind === 'user'));
      return found;
    },
    async findNamespace(access: Access, path) {
      const found = await creation.findNamespace(access, path);
      if (path === undefined) await own(found);
      return found;
    },
  } satisfies Places;
}

/** Only what people read: a table that cannot be reached does not cost the caller the answer. */
async function noteAccount(
  vault: Pick<Vault, 'store' | 'now'>,
  record: ConnectionRecord,
  said: Partial<Account>,
): Promise<void> {
  const { account } = record;
  if (said.id !== undefined && said.id !== account.id) return;
  const now = { ...account, ...said };
  if (now.login === account.login && now.name === account.name) return;
  await vault.store.noteAccount(record, now, vault.now()).catch(() => {});
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
