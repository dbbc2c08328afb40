import { type ErrorCode, ForgebridgeError, isForgebridgeError } from '../../lib/errors.ts';
import { connectionId } from '../../lib/vault/connection.ts';
import { connectWith } from '../harness/connect-with.ts';
import { dice } from './dice.ts';
import { type Host, host, type Reuse } from './host.ts';
import { type Rows, rows } from './memory-store.ts';
import { type Process, startProcess } from './process.ts';
import { type Caller, functionLife, plan, type Scenario, scenarios } from './scenarios.ts';
import { scheduler } from './scheduler.ts';
import { lambda, type Protocol, refreshTokenOf, type World } from './world.ts';

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
  readonly providerCalls: number;
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

interface Stage extends World {
  readonly protocol: Protocol;
  readonly answers: Answer[];
}

const epoch = 1_800_000_000_000;
const hour = 3_600_000;
const partition = 'SUBJECT#simulated';
const account = { id: '1', login: 'ada' };
const redirectUri = 'https://bridge.example/callback/host';
const consented = { partition, provider: 'host', account, redirectUri };
const ref = { partition, id: connectionId(partition, 'host', account.id) };

/** Longer than any lease or cooldown and any request under way, in milliseconds. */
const quiet = 70_000;
/** How often a caller that was told to come again does so. */
const returns = 2;

const calmService = { latency: [50, 50], lost: 0, unavailable: 0 } as const;
const calmTable = { throttled: 0, echoed: 0, travel: [1, 25] } as const;

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
  const expiresIn = plans.chance(0.5) ? 2 * hour : 40_000;
  const callers = only ?? plan(plans, faults);

  const time = scheduler();
  const luck = dice(seed + 1_000_003);
  const server = host(time, luck, {
    reuse,
    rotation,
    expiresIn,
    service: { ...calmService },
    epoch,
  });
  const watch = watching(server);
  const disturbance = { ...calmTable };
  const shared = {
    scheduler: time,
    dice: luck,
    host: server,
    rows: watch.rows,
    disturbance,
    epoch,
  };
  const stage: Stage = { ...shared, protocol, trace: [], answers: [] };

  // Two hours ago, by the clock of that process; now the token is at or near its end.
  const first = consent(stage, -2 * hour, plans.chance(0.5) ? 0 : 50_000);
  await time.run();
  await first;
  Object.assign(server.service, faults);
  Object.assign(disturbance, faults);
  if (plans.chance(faults.reconnects)) {
    time.at(plans.between(0, 20_000), () => void consent(stage, 0, expiresIn));
  }
  for (const [index, caller] of callers.entries()) {
    time.at(caller.at, () => void call(stage, caller, `caller ${index}`, returns));
  }
  await time.run();

  time.at(time.now() + quiet, () => {});
  await time.run();
  const newest = server.received();
  const had = newest !== undefined && (newest.survived || watch.stored.has(newest.refresh));
  const record = watch.rows.get(ref);
  const works = record?.status === 'active' && server.takes(refreshTokenOf(record));
  const providerCalls = server.calls();
  Object.assign(server.service, calmService);
  Object.assign(disturbance, calmTable);

  return {
    avoidableLoss: had && !works,
    unavoidableLoss: !had && !works,
    ...watch.seen(),
    mostAtOnce: server.mostAtOnce(),
    providerCalls,
    end: await lastCaller(stage),
    answers: stage.answers,
    trace: stage.trace,
  };
}

/** The table, and what is seen of the records while they change. */
function watching(server: Host) {
  const stored = new Set<string>();
  let falseReconnects = 0;
  let setBacks = 0;
  const table: Rows = rows((after, before) => {
    const token = refreshTokenOf(after);
    stored.add(token);
    if (before && server.age(token) < server.age(refreshTokenOf(before))) setBacks += 1;
    const marked = after.status === 'reconnect_required' && before?.status === 'active';
    if (marked && (server.takes(token) || server.answerInHand())) falseReconnects += 1;
  });
  return { rows: table, stored, seen: () => ({ falseReconnects, setBacks }) };
}

/** The user's consent, as the callback stores it. `life`: milliseconds that the access token has left. */
async function consent(stage: Stage, skew: number, life: number): Promise<void> {
  const birth = { name: 'consent', skew, life: functionLife };
  const { vault } = lambda(stage, startProcess(stage.scheduler, birth), ref);
  const tokens = { ...stage.host.consent(), expiresAt: epoch + stage.scheduler.now() + life };
  await connectWith(vault, { ...consented, tokens });
}

/** One invocation. Who is told to come again does so, in another process. */
async function call(stage: Stage, caller: Caller, name: string, returns: number): Promise<void> {
  const { scheduler } = stage;
  const process = startProcess(scheduler, { name, ...caller });
  const wait = await serve(stage, process, caller.uses);
  if (wait === undefined || returns === 0) return;
  scheduler.at(scheduler.now() + wait, () => {
    const { death: _, ...again } = caller;
    void call(stage, { ...again, life: functionLife }, `${name} again`, returns - 1);
  });
}

/** Milliseconds after which the caller is to come again; undefined when it need not. */
async function serve(stage: Stage, process: Process, uses: boolean): Promise<number | undefined> {
  const use = uses ? using(stage, process) : async () => {};
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

/** A call to the provider with the token. */
function using({ scheduler, dice, host }: World, process: Process) {
  return (token: string) =>
    process.step(async () => {
      await scheduler.sleep(dice.between(20, 400));
      if (host.isLive(token)) return;
      throw new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
    });
}

/** When all is quiet and works again: whether a caller gets a token that works, or a plain word. */
async function lastCaller(stage: Stage): Promise<Trial['end']> {
  const birth = { name: 'last caller', skew: 0, life: functionLife };
  const served = serve(stage, startProcess(stage.scheduler, birth), true);
  await stage.scheduler.run();
  await served;
  const told = stage.answers.at(-1)?.told;
  if (told === 'token') return 'valid';
  return told === 'ReconnectRequired' ? 'reconnect_required' : 'neither';
}
