import type { ConnectionRef } from '../../../lib/vault/connection.ts';
import { ask, openVault, type Site } from './container.ts';

/** What one process is to do: ask for each of the connections at once. */
export interface Errand {
  readonly site: Site;
  readonly refs: readonly ConnectionRef[];
  /** Milliseconds that each invocation may live. */
  readonly life: number;
}

/** One word for each connection: its token, or the code of the error. */
function run({ site, refs, life }: Errand): Promise<readonly string[]> {
  const vault = openVault(site);
  return Promise.all(refs.map((ref) => ask(vault, ref, life)));
}

// The parent sends this module's own message, and nobody else talks to it.
process.once('message', async (errand) => {
  process.send?.(await run(errand as Errand), () => process.exit());
});
process.send?.('ready');
