import type { Dice } from './dice.ts';
import type { Death } from './process.ts';

/** What goes wrong in a scenario; probabilities are per call, times in milliseconds. */
export interface Faults {
  /** From the refresh request to its reply, least and most. */
  readonly latency: readonly [number, number];
  /** The host acts, and its reply is lost. */
  readonly lost: number;
  /** The host answers 503. */
  readonly unavailable: number;
  /** The table refuses a write without doing it. A read is refused a third as often. */
  readonly throttled: number;
  /** The table does a write, and says that it failed or that its condition did. */
  readonly echoed: number;
  /** A process is killed, at any of its awaits or at any time. */
  readonly killed: number;
  /** A function has done something else before, and little of its life is left. */
  readonly late: number;
  /** The user connects the same account again meanwhile. */
  readonly reconnects: number;
  /** How far each process's clock may be wrong, both ways. */
  readonly skew: number;
  /** A request to the table under way, in each direction, least and most. */
  readonly travel: readonly [number, number];
}

const calm: Faults = {
  latency: [50, 800],
  lost: 0,
  unavailable: 0,
  throttled: 0,
  echoed: 0,
  killed: 0,
  late: 0,
  reconnects: 0,
  skew: 0,
  travel: [1, 25],
};

const slow = { latency: [8_000, 18_000] as const };

/** Every scenario by its name in the table of docs/refresh.md. */
export const scenarios = {
  'slow provider, 8 to 18 s': { ...calm, ...slow },
  'callers killed at any await': { ...calm, killed: 0.4 },
  'replies lost after the provider acted': { ...calm, lost: 0.3 },
  '35 % of writes throttled': { ...calm, throttled: 0.35 },
  'writes echoed': { ...calm, echoed: 0.35 },
  'clocks ±1 s, slow provider': { ...calm, ...slow, skew: 1_000 },
  'little time left, slow provider': { ...calm, ...slow, late: 0.5 },
  'user connects anew, slow provider': { ...calm, ...slow, reconnects: 1 },
  'all at once': {
    latency: [500, 18_000],
    lost: 0.1,
    unavailable: 0.1,
    throttled: 0.35,
    echoed: 0.2,
    killed: 0.2,
    late: 0.1,
    reconnects: 0,
    skew: 1_000,
    travel: [1, 300],
  },
} as const satisfies Record<string, Faults>;

export type Scenario = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as readonly Scenario[]; // its only keys

/** One who needs a token. */
export interface Caller {
  /** When it comes. */
  readonly at: number;
  /** What is left of its function's life then. */
  readonly life: number;
  readonly skew: number;
  readonly death?: Death;
  /** Uses the token at the provider, and comes back with the 401 if there is one. */
  readonly uses: boolean;
}

/** Life of a function that can refresh. */
export const functionLife = 29_000;

/** Who comes, and when: in bursts, one after the other over 40 s, or both. */
export function plan(dice: Dice, faults: Faults): readonly Caller[] {
  const spread = [300, 12_000, 40_000][dice.between(0, 2)] ?? 300;
  return Array.from({ length: dice.between(2, 8) }, (_, index) => ({
    at: index === 0 ? 0 : dice.between(0, spread),
    life: dice.chance(faults.late)
      ? dice.between(8_000, functionLife)
      : functionLife - dice.between(0, 500),
    skew: dice.between(-faults.skew, faults.skew),
    ...(dice.chance(faults.killed) ? { death: death(dice) } : {}),
    uses: dice.chance(0.5),
  }));
}

function death(dice: Dice): Death {
  if (dice.chance(0.3)) return { after: dice.between(0, dice.chance(0.8) ? 2_000 : functionLife) };
  return { step: dice.between(1, 14), moment: dice.chance(0.5) ? 'before' : 'after' };
}
