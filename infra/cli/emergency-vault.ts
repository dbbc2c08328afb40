import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { ForgebridgeError } from '../../lib/errors.ts';
import { outbound } from '../../lib/http/outbound.ts';
import { loadProvider, originsOf } from '../../lib/providers/registry.ts';
import { opener } from '../../lib/sealing/sealing.ts';
import { dynamoTable } from '../../lib/storage/table.ts';
import { connectionStore, type eraseConnections } from '../../lib/vault/vault.ts';
import { readProviders } from '../read-providers.ts';
import { type Clients, openKeys, readSecret } from './keys.ts';

const clientSchema = z.object({ secrets: z.array(z.string()) });

/** One call of a host, in milliseconds; a run as a whole ends when all is done. */
const attempt = 10_000;
export const noEnd = 24 * 3_600_000;

export type EndingVault = Parameters<typeof eraseConnections>[0];

/** What ends connections, on the operator's own machine: opens tokens and asks their hosts. */
export async function endingVault(
  { secrets, documents }: Clients,
  stage: string,
): Promise<EndingVault> {
  const keys = await openKeys(secrets, stage);
  const configured = await readProviders();
  return {
    store: connectionStore(dynamoTable(documents, `forgebridge-${stage}`)),
    opener: opener(async () => keys),
    // One that is switched off too: its tokens live on at the host.
    async providers(id) {
      const settings = configured.find((each) => each.id === id);
      if (settings === undefined) throw new ForgebridgeError('NotFound');
      return loadProvider({
        settings,
        now: Date.now,
        clientSecrets: async () =>
          clientSchema.parse(await readSecret(secrets, stage, `${id}/client`)).secrets,
        leftOut() {},
        fetch: outbound({
          origins: originsOf(settings),
          contact: 'npm run emergency',
          timeout: attempt,
          timeLeft: () => noEnd,
          maxBytes: 1024 * 1024,
          now: Date.now,
          random: Math.random,
          sleep,
          onSkew() {},
        }),
      });
    },
    now: Date.now,
    timeLimit: (milliseconds) => AbortSignal.timeout(milliseconds),
    audit() {},
    count() {},
  };
}
