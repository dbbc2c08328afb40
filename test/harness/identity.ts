import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { accessKeyOf } from '../../infra/local/credentials.ts';

const running = new AsyncLocalStorage<string>();

/** Runs a function's code, and all that comes of it, as that function. */
export function actAs<T>(functionKey: string, act: () => T): T {
  return running.run(functionKey, act);
}

/**
 * Deployed, each function has credentials of its own. Here all share one process and its AWS
 * clients: so each request to AWS gets, as it is made, the access key of the function it is made for.
 *
 * @returns what ends it.
 */
export function signAsFunctions(): () => void {
  const created = 'http.client.request.created';
  const sign = (message: unknown) => {
    // The channel's own message; Node.js, "diagnostics_channel", "HTTP".
    const { request } = message as { readonly request: ClientRequest };
    const signature = request.getHeader('authorization');
    const functionKey = running.getStore();
    if (functionKey === undefined || !String(signature).startsWith('AWS4-')) return;
    const own = `Credential=${accessKeyOf(functionKey)}/`;
    request.setHeader('authorization', String(signature).replace(/Credential=[^/]+\//, own));
  };
  subscribe(created, sign);
  return () => unsubscribe(created, sign);
}
