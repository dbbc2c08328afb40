import type { FaultRule } from '../../../infra/local/sandbox/faults.ts';
import type { HostId } from '../../../infra/local/sandbox/registry.ts';
import type { Sandbox } from '../../../infra/local/sandbox/sandbox.ts';
import type { Operations } from '../../../lib/operations/operation.ts';
import type { Attempt } from './world.ts';

/** The numbers of mulberry32, from 0 to 1: the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The host acts; its answer does not come, comes cut off, or a proxy puts another in its place. */
const losses: readonly FaultRule[] = [
  { action: 'reset-after' },
  { action: 'truncate' },
  { action: 'status', status: 502, acts: true },
];

/**
 * Attempts of which the first of each step always dies, and later ones now and then: the host's
 * answer to a changing request is lost, the process ends before one of its writes, or it ends when
 * all is done and only its reply is missing. Where it died is counted in `deaths`.
 */
export function mortalAttempts(
  ops: Operations,
  sandbox: Sandbox,
  host: HostId,
  random: () => number,
  deaths: Map<string, number>,
): Attempt {
  const tried = new Set<string>();
  return async (step, run) => {
    const dies = !tried.has(step) || random() < 0.25;
    tried.add(step);
    if (!dies) return run(ops);
    deaths.set(step, (deaths.get(step) ?? 0) + 1);
    if (random() < 0.5) {
      const loss = losses[Math.floor(random() * losses.length)];
      const skip = Math.floor(random() ** 2 * 4);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        sandbox.fault({ ...loss, provider: host, method, skip });
      }
      // The code itself tells of a lost answer; one that tells nothing is ended below.
      await run(ops).finally(() => sandbox.clearFaults());
    } else {
      const lastWrite = 1 + Math.floor(random() * 4);
      await run(dyingAt(ops, lastWrite)).catch(() => undefined);
    }
    throw Object.assign(new Error('the process ended'), { name: 'Lambda.Unknown' });
  };
}

/** Operations of a process that ends before its n-th write to an operation's record. */
function dyingAt(ops: Operations, write: number): Operations {
  let writes = 0;
  const alive = () => {
    writes += 1;
    if (writes >= write) throw new Error('the process ended');
  };
  return {
    ...ops,
    store: {
      ...ops.store,
      async change(...args) {
        alive();
        return ops.store.change(...args);
      },
    },
  };
}
