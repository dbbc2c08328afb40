import { anyPorts, forEachHost, type HostId } from '../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { createRepository } from '../../../lib/api/requests/createRepository.ts';
import { outbound } from '../../../lib/http/outbound.ts';
import { createOperation } from '../../../lib/operations/create.ts';
import type {
  Operation,
  OperationEvent,
  Operations,
  Planning,
} from '../../../lib/operations/operation.ts';
import { operationStore } from '../../../lib/operations/store.ts';
import { loadProvider, originsOf } from '../../../lib/providers/registry.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Table } from '../../../lib/storage/table.ts';
import { creatingHosts } from '../../conformance/hosts.ts';
import { connect } from '../../infra/local/sandbox/calls.ts';
import { connectionAt } from './world.ts';

/** Operations over the real clients and the sandbox, on one clock that only moves when told. */
export interface SandboxWorld {
  readonly sandbox: Sandbox;
  readonly events: OperationEvent[];
  advance(milliseconds: number): void;
  /** Operations whose every connection is sandbox-user's at that host. */
  operations(host: HostId): Operations & Planning;
  create(host: HostId, body: Record<string, unknown>, key: string): Promise<Operation>;
  close(): Promise<void>;
}

export const partition = subjectPartition('subject');
const endless = { limit: 10_000_000, windowMs: 3_600_000 };
const century = 100 * 365 * 24 * 3600;

export async function startSandboxWorld(table: Table): Promise<SandboxWorld> {
  let clock = Date.parse('2026-03-01T12:00:00Z');
  const now = () => clock;
  const sandbox = await startSandbox({
    ports: anyPorts,
    now,
    rateLimits: forEachHost(() => endless),
    accessSeconds: forEachHost(() => century),
  });
  const events: OperationEvent[] = [];
  const worlds = new Map<HostId, Operations & Planning>();
  for (const host of creatingHosts) {
    const { clientSecret, appPrivateKey: _, ...settings } = sandbox.providers[host];
    const client = await loadProvider({
      settings,
      now,
      clientSecrets: async () => [clientSecret],
      fetch: outbound({
        origins: originsOf(settings),
        timeout: 5_000,
        timeLeft: () => 25_000,
        maxBytes: 1_000_000,
        now,
        random: () => 0,
        sleep: async () => {},
      }),
    });
    const token = String((await connect(sandbox, host)).body.access_token);
    worlds.set(host, {
      store: operationStore(table, Math.random),
      connections: { get: async () => connectionAt(host, 'sandbox-user') },
      providers: async () => client,
      useConnection: (_ref, _purpose, use) => use({ token, login: 'sandbox-user' }, client),
      workflow: { start: async () => {} },
      now,
      random: () => 1,
      timeLeft: () => 29_000,
      sleep: async (milliseconds) => {
        clock += milliseconds;
      },
      emit: async (event) => void events.push(event),
    });
  }
  const operations = (host: HostId) => {
    const found = worlds.get(host);
    if (found === undefined) throw new Error(`nothing is created at ${host}`);
    return found;
  };
  return {
    sandbox,
    events,
    advance(milliseconds) {
      clock += milliseconds;
    },
    operations,
    create: (host, body, key) =>
      createOperation(operations(host), {
        partition,
        request: createRepository.body.parse({ connection: 'connection', ...body }),
        idempotencyKey: key,
      }),
    close: () => sandbox.close(),
  };
}
