import type { FaultRule } from '../../infra/local/sandbox/faults.ts';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { ended } from '../../lib/operations/record.ts';
import type { Strategy } from '../../lib/providers/provider.ts';
import type { SandboxWorld } from '../lib/operations/sandbox-world.ts';
import { steppedWorkflow } from '../lib/operations/world.ts';

const refused = { body: { message: 'no' } };

/** What goes wrong with one request, once. */
export const faultKinds = {
  'cut before it acted': { action: 'reset-before' },
  'cut behind the work': { action: 'reset-after' },
  'cut in the answer': { action: 'truncate' },
  '502 behind the work': { action: 'status', status: 502, acts: true },
  '503': { action: 'status', status: 503 },
  'HTML with 200': { action: 'html' },
  '`{}` with 200': { action: 'status', status: 200, body: {} },
  '301': { action: 'status', status: 301, headers: { location: '/elsewhere' } },
  '401': { action: 'status', status: 401, ...refused },
  '404': { action: 'status', status: 404, ...refused },
  '408': { action: 'status', status: 408, ...refused },
  '409': { action: 'status', status: 409, ...refused },
  '429, 5 s': { action: 'rate-limit', retryAfter: 5 },
  '429, an hour': { action: 'rate-limit', retryAfter: 3_600 },
} as const satisfies Readonly<Record<string, FaultRule>>;
export type FaultKind = keyof typeof faultKinds;

/** How an operation ended: `succeeded`, or its code; `broken` where a promise of docs/create.md is. */
export type Outcome = string;

let last = 0;

/** One operation with that fault at its n-th request, from 0; without one, how many requests it takes. */
async function faultedRun(
  world: SandboxWorld,
  host: HostId,
  strategy: Strategy,
  fault?: { readonly kind: FaultKind; readonly at: number },
): Promise<{ readonly outcome: Outcome; readonly requests: number }> {
  last += 1;
  const name = `fault-${last}`;
  const template = `for-${name}`;
  if (strategy !== 'create') {
    const repository = { owner: 'templates', name: template, isTemplate: true };
    world.sandbox.seed(host, { repositories: [{ ...repository, visibility: 'public' }] });
  }
  const operation = await world.create(
    host,
    {
      name,
      strategy,
      description: 'A real one',
      visibility: 'public',
      ...(strategy === 'create' ? {} : { template: `templates/${template}` }),
      files: [{ path: 'a.txt', text: 'a' }],
    },
    `${host}-${name}`,
  );
  const before = world.sandbox.requests.length;
  if (fault !== undefined) {
    world.sandbox.fault({ ...faultKinds[fault.kind], provider: host, skip: fault.at });
  }
  const ops = world.operations(host);
  await steppedWorkflow((_, run) => run(ops), world.advance, operation);
  world.sandbox.clearFaults();
  const record = await ops.store.read(operation.id);
  const standing = world.sandbox.state(host).repositories.filter(({ path }) => path === name);
  const [one] = standing;
  const whole = one?.branches[one.defaultBranch]?.files['a.txt'] === 'a';
  const kept =
    record !== undefined &&
    ended(record) &&
    standing.length <= 1 &&
    (record.status !== 'succeeded' || whole) &&
    (one === undefined || record.repository !== undefined);
  const how = record?.status === 'succeeded' ? 'succeeded' : (record?.error?.code ?? '');
  return { outcome: kept ? how : 'broken', requests: world.sandbox.requests.length - before };
}

/** Each kind at each request of that strategy: how many ended how. */
export async function faultTable(
  world: SandboxWorld,
  host: HostId,
  strategy: Strategy,
): Promise<Readonly<Record<FaultKind, Readonly<Record<Outcome, number>>>>> {
  const { requests } = await faultedRun(world, host, strategy);
  const rows: Record<string, Record<Outcome, number>> = {};
  for (const kind of Object.keys(faultKinds) as FaultKind[]) {
    const row: Record<Outcome, number> = {};
    rows[kind] = row;
    for (let at = 0; at < requests; at += 1) {
      const { outcome } = await faultedRun(world, host, strategy, { kind, at });
      row[outcome] = (row[outcome] ?? 0) + 1;
    }
  }
  return rows as Record<FaultKind, Record<Outcome, number>>; // one for each kind
}
