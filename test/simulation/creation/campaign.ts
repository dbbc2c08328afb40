import { type Style, styles } from './host.ts';
import type { Verdict } from './judge.ts';
import { type CreationScenario, creationScenarios } from './scenarios.ts';
import { creationTrial } from './trial.ts';

/** The sum of many trials. `broken` has the seeds of those that broke a promise. */
export type Count = Verdict & { readonly trials: number; readonly broken: readonly number[] };

/** What docs/create.md promises not to happen. */
export const promises = [
  'duplicates',
  'unclaimed',
  'stolen',
  'hollow',
  'stuck',
  'untold',
  'kept',
  'exposed',
  'noise',
] as const satisfies readonly (keyof Verdict)[];

/** Trials that run side by side; they share nothing but the wait for their reactions. */
const abreast = 100;

/** Runs the seeds 1 to `trials` of one scenario at hosts of one style. */
export async function creationCampaign(
  scenario: CreationScenario,
  style: Style,
  trials: number,
): Promise<Count> {
  const all: Verdict[] = [];
  for (let first = 1; first <= trials; first += abreast) {
    const many = Math.min(abreast, trials - first + 1);
    const seeds = Array.from({ length: many }, (_, index) => first + index);
    all.push(...(await Promise.all(seeds.map((seed) => creationTrial(scenario, style, seed)))));
  }
  const sum = (name: keyof Verdict) => all.reduce((total, one) => total + one[name], 0);
  const isBroken = (one: Verdict) => promises.some((promise) => one[promise] > 0);
  return {
    duplicates: sum('duplicates'),
    unclaimed: sum('unclaimed'),
    stolen: sum('stolen'),
    hollow: sum('hollow'),
    stuck: sum('stuck'),
    untold: sum('untold'),
    kept: sum('kept'),
    exposed: sum('exposed'),
    noise: sum('noise'),
    failed: sum('failed'),
    succeeded: sum('succeeded'),
    trials,
    broken: all.flatMap((one, index) => (isBroken(one) ? [index + 1] : [])),
  };
}

export interface CreationCell {
  readonly scenario: CreationScenario;
  readonly style: Style;
  readonly count: Count;
}

/** Runs every scenario at hosts of every style. */
export async function simulateCreation(
  trials: number,
  progress: (line: string) => void = () => {},
): Promise<readonly CreationCell[]> {
  const cells: CreationCell[] = [];
  for (const scenario of creationScenarios) {
    for (const style of styles) {
      progress(`${scenario}, ${style}`);
      cells.push({ scenario, style, count: await creationCampaign(scenario, style, trials) });
    }
  }
  return cells;
}
