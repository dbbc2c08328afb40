import type { Provider } from '../../../lib/providers/provider.ts';
import type { Vault } from '../../../lib/vault/vault.ts';

/**
 * A vault whose process is killed at its n-th call to the outside: before the call is made, or after
 * it took effect. From then on nothing it awaits ever settles, as in a process that is gone.
 */
export function mortal(
  vault: Vault,
  dieAt: number,
  moment: 'before' | 'after',
): { readonly vault: Vault; readonly death: Promise<void> } {
  let calls = 0;
  let dead = false;
  const died = Promise.withResolvers<void>();
  const forever = new Promise<never>(() => {});

  async function once<T>(call: () => Promise<T>): Promise<T> {
    calls += 1;
    const last = calls === dieAt;
    if (dead || (last && moment === 'before')) return die();
    const result = await call();
    return last ? die() : result;
  }

  function die(): Promise<never> {
    dead = true;
    died.resolve();
    return forever;
  }

  function wrap<T extends object>(port: T): T {
    return new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]) => once(() => member.apply(target, parameters));
      },
    });
  }

  const providers = async (id: string): Promise<Provider> => {
    const provider = await vault.providers(id);
    const { refresh } = provider;
    return { ...provider, ...(refresh && { refresh: (request) => once(() => refresh(request)) }) };
  };
  return {
    vault: {
      ...vault,
      store: wrap(vault.store),
      sealer: wrap(vault.sealer),
      opener: wrap(vault.opener),
      providers,
      sleep: (milliseconds) => once(() => vault.sleep(milliseconds)),
    },
    death: died.promise,
  };
}
