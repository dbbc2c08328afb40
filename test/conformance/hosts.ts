import { type HostId, hostIds, standIns } from '../../infra/local/sandbox/registry.ts';
import { type Provider, type Strategy, strategies } from '../../lib/providers/provider.ts';
import { loadProvider } from '../../lib/providers/registry.ts';

/** The client of each stand-in's kind and flavour. Nothing answers it: it is asked what it offers. */
const clients = new Map<HostId, Provider>();
for (const id of hostIds) clients.set(id, await idleClient(id));

async function idleClient(id: HostId): Promise<Provider> {
  const { clientSecret: _, ...settings } = standIns[id].settings({});
  const address = `https://${id}.example`;
  return loadProvider({
    settings: { id, ...settings, webUrl: address, apiUrl: address + standIns[id].apiPath },
    fetch: () => Promise.reject(new Error('nobody is asked')),
    clientSecrets: async () => [],
    now: () => 0,
  });
}

function clientOf(id: HostId): Provider {
  const client = clients.get(id);
  if (client === undefined) throw new Error(`no stand-in ${id}: add it to registry.ts`);
  return client;
}

/** Every kind and flavour. */
export const hosts: readonly HostId[] = hostIds;

/** Those at which repositories can be created. */
export const creatingHosts = hosts.filter((id) => clientOf(id).creation !== undefined);

/** Those whose apps are installed in organisations. */
export const installingHosts = hosts.filter((id) => clientOf(id).installations !== undefined);

/** How repositories can come to be there. */
export function strategiesOf(id: HostId): readonly Strategy[] {
  const { creation } = clientOf(id);
  return strategies.filter((strategy) => creation?.[strategy] !== undefined);
}
