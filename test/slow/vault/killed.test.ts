import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase } from '../../../infra/local/database.ts';
import { clockSkew, shortestRefresh } from '../../../lib/lease/timing.ts';
import type { ConnectionRef } from '../../../lib/vault/connection.ts';
import { ask } from './container.ts';
import { reuses, type Stage, startStage } from './stage.ts';
import type { Errand } from './worker.ts';

const kills = 200;
/** Processes that are started at once; starting them is most of the work. */
const abreast = 2;
/** The lives of the invocations that are killed, as short as a refresh may have. */
const life = shortestRefresh + 1_000;
const grace = 5_000;
/** What the refreshes of one process take here, in milliseconds; measured first. */
let refreshTime = 0;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage(() => startDatabase(0));
  // The host acts in the middle of the request.
  for (const host of Object.values(stage.hosts)) host.outage = { delay: 80, lag: 80 };
  const lines = Array.from({ length: abreast }, async () => {
    const { child, begin } = await sent();
    await once(child, 'message');
    return Date.now() - begin;
  });
  refreshTime = Math.max(...(await Promise.all(lines)));
});
afterAll(() => stage.stop());

/** How a killed process left a connection, and what became of it. */
interface Fate {
  readonly left: 'untouched' | 'under way' | 'refreshed';
  readonly end: 'valid' | 'ReconnectRequired' | string;
  /** Milliseconds from the end of the lease, or of the killed invocation where it took none. */
  readonly after: number;
}

/** A process that has just begun to refresh one connection at each host. */
async function sent() {
  const refs = await Promise.all(reuses.map((reuse) => stage.connected(reuse)));
  const child = await stage.worker();
  const begin = Date.now();
  child.send({ site: stage.site, refs, life } satisfies Errand);
  return { child, refs, begin };
}

async function kill(): Promise<readonly Promise<Fate>[]> {
  const { child, refs, begin } = await sent();
  const died = once(child, 'exit');
  await sleep(Math.random() * 1.5 * refreshTime);
  child.kill('SIGKILL');
  await died;
  return refs.map((ref) => fate(ref, begin));
}

async function fate(ref: ConnectionRef, begin: number): Promise<Fate> {
  const record = await stage.vault.store.read(ref);
  const touched = record?.leaseUntil === undefined ? 'untouched' : 'under way';
  const left = record?.gen === 2 ? 'refreshed' : touched;
  const end = record?.leaseUntil ?? begin + life;
  await sleep(end + clockSkew + 1 - Date.now());
  const word = await ask(stage.vault, ref, 29_000);
  const isLive = Object.values(stage.hosts).some((host) => host.isLive(word));
  return { left, end: isLive ? 'valid' : word, after: Date.now() - end };
}

test('C31 given processes are killed with SIGKILL at random moments of their refreshes, 200 times, when the next caller comes, then within 5 s of the lease each connection has a valid token or needs a new consent', async () => {
  const fates: Promise<Fate>[] = [];
  const line = async () => {
    for (let each = 0; each < kills / abreast; each += 1) fates.push(...(await kill()));
  };
  await Promise.all(Array.from({ length: abreast }, line));
  const all = await Promise.all(fates);

  expect(all).toHaveLength(kills * reuses.length);
  for (const { end, after } of all) {
    expect(['valid', 'ReconnectRequired']).toContain(end);
    expect(after).toBeLessThanOrEqual(grace);
  }
  // The moments were of all kinds, or this would show little.
  for (const left of ['untouched', 'under way', 'refreshed']) {
    expect(all.filter((one) => one.left === left).length, left).toBeGreaterThan(10);
  }
  // Nothing is broken but what was under way when its process died.
  const broken = all.filter(({ end }) => end === 'ReconnectRequired');
  expect(broken.every(({ left }) => left === 'under way')).toBe(true);
});
