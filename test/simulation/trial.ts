import { type ErrorCode, isForgebridgeError } from '../../lib/errors.ts';
import { connectionId } from '../../lib/vault/connection.ts';
import type { Reuse } from './chain.ts';
import { dice } from './dice.ts';
import { calmService, type Host, host } from './host.ts';
import { type Rows, rows } from './memory-store.ts';
import { type Process, startProcess } from './process.ts';
import {
  type Caller,
  calmTable,
  day,
  functionLife,
  plan,
  type Scenario,
  scenarios,
} from './scenarios.ts';
import { scheduler } from './scheduler.ts';
import { careForTheIdle, consentFirst, planUser } from './user.ts';
import { lambda, lastingTokenOf, type Protocol, type World } from './world.ts';

/** What one run of one scenario showed. */
export interface Trial {
  /** A process that lived had the newest tokens, and the connection has neither them nor newer ones. */
  readonly avoidableLoss: boolean;
  /** The newest tokens never reached a process that lived, and the connection is broken by that. */
  readonly unavoidableLoss: boolean;
  /** How often it was marked although the provider would have gone on. */
  readonly falseReconnects: number;
  /** How often older tokens were written over newer ones. */
  readonly setBacks: number;
  /** The most refreshes of one generation that were waited for at once. */
  readonly mostAtOnce: number;
  /** Consents that the user has ended, and the provider has not heard of it. */
  readonly unrevoked: number;
  /** Tokens handed out that were dead already. */
  readonly deadTokens: number;
  /** Callers that were told to come again. */
  readonly sentAway: number;
  readonly providerCalls: number;
  readonly tableRequests: number;
  /** What the last caller got, when all was calm again. */
  readonly end: 'valid' | 'reconnect_required' | 'neither';
  /** What each caller that lived was told, and when. */
  readonly answers: readonly Answer[];
  /** Every event, in order. */
  readonly trace: readonly string[];
}

export interface Answer {
  readonly caller: string;
  readonly at: number;
  readonly told: 'token' | ErrorCode;
}

export interface Stage extends World {
  readonly protocol: Protocol;
  readonly answers: Answer[];
  /** Tokens handed out that were dead already. */
  readonly dead: { count: number };
}

const epoch = 1_800_000_000_000;
const hour = 3_600_000;
export const partition = 'SUBJECT#simulated';
export const ref = { partition, id: connectionId(partition, 'host', '1') };

/** Longer than any lease or cooldown and any request under way, in milliseconds. */
const quiet = 100_000;
/** How often a caller that was told to come again does so. */
const returns = 2;

/** Runs one scenario once. The seed decides everything; `only` are the callers, if not its own. */
export async function trial(
  protocol: Protocol,
  scenario: Scenario,
  reuse: Reuse,
  seed: number,
  only?: readonly Caller[],
): Promise<Trial> {
  const faults = scenarios[scenario];
  const plans = dice(seed);
  const rotation = plans.chance(0.5) ? 'kills-access' : 'overlaps';
  const lives = plans.chance(0.5) ? 2 * hour : 40_000;
  const expiresIn = plans.chance(faults.endless) ? undefined : lives;
  const callers = only ?? plan(plans, faults);

  const time = scheduler();
  const luck = dice(seed + 1_000_003);
  const [endsOlder, tells] = [plans.chance(0.5), plans.chance(0.5)];
  const service = { ...calmService };
  const server = host(time, luck, { reuse, rotation, endsOlder, tells, expiresIn, service, epoch });
  const watch = watching(server);
  const disturbance = { ...calmTable };
  const keys = { keyTime: [1, 25] as readonly [number, number], keyless: 0 };
  const stage: Stage = {
    scheduler: time,
    dice: luck,
    host: server,
    rows: watch.rows,
    disturbance,
    keys,
    epoch,
    requests: { count: 0 },
    refusals: new Map(),
    protocol,
    trace: [],
    answers: [],
    dead: { count: 0 },
  };

  // Two hours ago, by the clock of that process; now the token is at or near its end.
  await consentFirst(stage, -2 * hour, plans.chance(0.5) ? 0 : 50_000);
  Object.assign(service, { ...pick(calmService, faults), burst: window(plans, faults.burst) });
  Object.assign(disturbance, pick(calmTable, faults));
  Object.assign(keys, pick(keys, faults));
  planUser(stage, plans, faults);
  for (const [index, caller] of callers.entries()) {
    time.at(caller.at, () => void call(stage, caller, `caller ${index}`, returns));
  }
  await time.run();

  time.at(time.now() + quiet, () => {});
  await time.run();
  Object.assign(service, calmService);
  Object.assign(disturbance, calmTable);
  Object.assign(keys, { keyTime: [1, 25], keyless: 0 });
  const sentAway = stage.answers.filter(({ told }) => isBusy(told)).length;
  const counts = { providerCalls: server.calls(), tableRequests: stage.requests.count, sentAway };
  const record = watch.rows.get(ref);
  const newest = server.received(record === undefined ? '' : lastingTokenOf(record));
  const had = newest !== undefined && (newest.survived || watch.stored.has(newest.refresh));
  const works = isWorking(stage);
  if (faults.leaves > 0) await careForTheIdle(stage);

  return {
    avoidableLoss: had && !works,
    unavoidableLoss: !had && !works,
    ...watch.seen(),
    mostAtOnce: server.mostAtOnce(),
    unrevoked: faults.leaves > 0 ? unrevoked(stage) : 0,
    deadTokens: stage.dead.count,
    ...counts,
    end: await lastCaller(stage),
    answers: stage.answers,
    trace: stage.trace,
  };
}

/** Those members of `from` that `like` has. */
function pick<T extends object>(like: T, from: T): T {
  // The names are those of `like`.
  return Object.fromEntries(Object.keys(like).map((name) => [name, from[name as keyof T]])) as T;
}

/** From 0 to a time between both. */
function window(plans: ReturnType<typeof dice>, [least, most]: readonly [number, number]) {
  return most === 0 ? [0, 0] : [0, plans.between(least, most)];
}

function isBusy(told: Answer['told']): boolean {
  return told === 'RefreshInProgress' || told === 'ProviderUnavailable';
}

/** Whether the connection can go on with what stands in the table. */
function isWorking({ rows, host: { chain } }: Stage): boolean {
  const record = rows.get(ref);
  if (record?.status !== 'active') return false;
  const token = lastingTokenOf(record);
  return record.refresh === undefined ? chain.isLive(token) : chain.takes(token);
}

function unrevoked({ rows, host: { chain } }: Stage): number {
  const record = rows.get(ref);
  return chain.othersAlive(record === undefined ? '' : lastingTokenOf(record));
}

/** The table, and what is seen of the records while they change. */
function watching(server: Host) {
  const { chain } = server;
  const stored = new Set<string>();
  let falseReconnects = 0;
  let setBacks = 0;
  const table: Rows = rows((after, before) => {
    if (after.remnant !== undefined) return;
    const token = lastingTokenOf(after);
    stored.add(token);
    if (before && chain.isSetBack(lastingTokenOf(before), token)) setBacks += 1;
    const marked = after.status === 'reconnect_required' && before?.status === 'active';
    const good = after.refresh === undefined ? chain.isLive(token) : chain.takes(token);
    if (marked && (good || server.answerInHand(token))) falseReconnects += 1;
  });
  return { rows: table, stored, seen: () => ({ falseReconnects, setBacks }) };
}

/** One invocation. Who is told to come again does so, in another process. */
async function call(stage: Stage, caller: Caller, name: string, returns: number): Promise<void> {
  const { scheduler } = stage;
  const process = startProcess(scheduler, { ...caller, name });
  const wait = await serve(stage, process, caller.uses);
  if (wait === undefined || returns === 0) return;
  scheduler.at(scheduler.now() + wait, () => {
    const { death: _, freeze: __, jump: ___, ...again } = caller;
    // In another process, whose clock is right.
    const skew = Math.abs(again.skew) < day ? again.skew : 0;
    void call(stage, { ...again, skew, life: functionLife }, `${name} again`, returns - 1);
  });
}

/** Milliseconds after which the caller is to come again; undefined when it need not. */
async function serve(stage: Stage, process: Process, uses: boolean): Promise<number | undefined> {
  const use = uses ? using(stage, process) : async (token: string) => taking(stage, token);
  const tell = (told: Answer['told']) =>
    stage.answers.push({ caller: process.name, at: stage.scheduler.now(), told });
  try {
    await stage.protocol(lambda(stage, process, ref), use);
    tell('token');
    return undefined;
  } catch (error) {
    // Whatever is raised is one of our codes; a caller can do nothing with anything else.
    if (!isForgebridgeError(error)) throw error;
    tell(error.code);
    return error.retryable ? (error.details.retryAfter ?? 1) * 1_000 : undefined;
  } finally {
    process.ended = true;
  }
}

/** A token that is taken away, to be used somewhere else. */
function taking({ host, dead }: Stage, token: string): void {
  if (!host.chain.isLive(token)) dead.count += 1;
}

/** A call to the provider with the token. */
function using({ host }: World, process: Process) {
  return async (token: string) => void (await host.client(process).identify(token));
}

/**
 * When all is quiet and works again: whether a caller gets a token that works, or a plain word, at once
 * or within the life of a function.
 */
async function lastCaller(stage: Stage): Promise<Trial['end']> {
  const { scheduler } = stage;
  const birth = { name: 'last caller', skew: 0, life: functionLife };
  const end = scheduler.now() + functionLife + 5_000;
  for (let wait: number | undefined = 0; wait !== undefined && scheduler.now() <= end; ) {
    scheduler.at(scheduler.now() + wait, () => {});
    await scheduler.run();
    const served = serve(stage, startProcess(scheduler, birth), true);
    await scheduler.run();
    wait = await served;
  }
  const told = stage.answers.at(-1)?.told;
  if (told === 'token') return 'valid';
  return told === 'ReconnectRequired' ? 'reconnect_required' : 'neither';
}
