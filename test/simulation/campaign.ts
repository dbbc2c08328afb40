import type { Reuse } from './chain.ts';
import { type ProtocolName, protocols } from './protocols.ts';
import type { Scenario } from './scenarios.ts';
import { type Trial, trial } from './trial.ts';

/** A trial without what is only looked at one by one. */
type Measures = Omit<Trial, 'trace' | 'answers'>;

/** The sum of many trials of one scenario. */
export interface Campaign {
  readonly trials: number;
  readonly avoidableLosses: number;
  readonly unavoidableLosses: number;
  readonly falseReconnects: number;
  readonly setBacks: number;
  /** Of all trials. */
  readonly mostAtOnce: number;
  /** Trials after which the last caller got neither a token that works nor `reconnect_required`. */
  readonly neither: number;
  readonly unrevoked: number;
  readonly deadTokens: number;
  readonly sentAway: number;
  readonly providerCalls: number;
  readonly tableRequests: number;
  /** Seeds of the trials that broke a promise, to be run again alone. */
  readonly broken: readonly number[];
}

/** Trials that run side by side; they share nothing but the wait for their reactions. */
const abreast = 100;

/** Runs the seeds 1 to `trials`. */
export async function campaign(
  protocol: ProtocolName,
  scenario: Scenario,
  reuse: Reuse,
  trials: number,
): Promise<Campaign> {
  const all: Measures[] = [];
  for (let first = 1; first <= trials; first += abreast) {
    const seeds = Array.from(
      { length: Math.min(abreast, trials - first + 1) },
      (_, i) => first + i,
    );
    const some = await Promise.all(
      seeds.map((seed) => trial(protocols[protocol], scenario, reuse, seed)),
    );
    all.push(...some.map(({ trace: _, answers: __, ...measures }) => measures));
  }
  const count = (is: (one: Measures) => boolean) => all.filter(is).length;
  const sum = (of: (one: Measures) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    trials,
    avoidableLosses: count(({ avoidableLoss }) => avoidableLoss),
    unavoidableLosses: count(({ unavoidableLoss }) => unavoidableLoss),
    falseReconnects: sum(({ falseReconnects }) => falseReconnects),
    setBacks: sum(({ setBacks }) => setBacks),
    mostAtOnce: Math.max(...all.map(({ mostAtOnce }) => mostAtOnce)),
    neither: count(({ end }) => end === 'neither'),
    unrevoked: sum(({ unrevoked }) => unrevoked),
    deadTokens: sum(({ deadTokens }) => deadTokens),
    sentAway: sum(({ sentAway }) => sentAway),
    providerCalls: sum(({ providerCalls }) => providerCalls),
    tableRequests: sum(({ tableRequests }) => tableRequests),
    broken: all.flatMap((one, index) => (broken(one) ? [index + 1] : [])),
  };
}

/** Whether the trial broke one of the promises of docs/refresh.md. */
export function broken(of: Measures): boolean {
  const harm = of.falseReconnects + of.setBacks + of.unrevoked;
  return of.avoidableLoss || harm > 0 || of.mostAtOnce > 1 || of.end === 'neither';
}
