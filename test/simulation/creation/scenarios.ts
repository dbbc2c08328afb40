import type { Dice } from '../dice.ts';
import type { Call, Fault } from './host.ts';
import type { Fate } from './life.ts';

/** What happens in a scenario; chances between 0 and 1, times in milliseconds. */
export interface Circumstances {
  /** What becomes of a request. */
  readonly fault?: (dice: Dice, call: Call, time: number) => Fault | undefined;
  /** What becomes of an invocation. */
  readonly fate?: (dice: Dice) => Partial<Fate>;
  /** An invocation is given up by the state machine after so long, and lives on. */
  readonly givenUp?: (dice: Dice) => number | undefined;
  /** What becomes of a request to the table: nothing, it is lost, its answer is, or it is sent twice. */
  readonly table?: (dice: Dice) => 'lost' | 'answer lost' | 'echo' | undefined;
  readonly hostSkew?: (dice: Dice) => number;
  readonly lag?: (dice: Dice) => number;
  readonly importTime?: (dice: Dice) => number;
  readonly keepsForksPublic?: boolean;
  /** The chance that the caller cancels within the first minute. */
  readonly cancels?: number;
  /** The account is renamed within the first minute. */
  readonly renames?: boolean;
  /** The execution is lost before one of its states, by this chance each. */
  readonly loses?: number;
  /** Another subject wants the same name. */
  readonly rival?: boolean;
  /** Somebody else has a repository of that name, shown only after so long; or makes one meanwhile. */
  readonly stranger?: (dice: Dice) => {
    readonly at: number;
    readonly shownAfter: number;
    readonly age: number;
  };
  /** The operation is erased meanwhile, and asked for again under the same key. */
  readonly erased?: boolean;
}

const losing = (
  dice: Dice,
  share: number,
  ...kinds: readonly ('lost' | 'answer lost' | 'gateway' | 'down' | 'page' | 'empty')[]
): Fault | undefined => {
  if (!dice.chance(share)) return undefined;
  const kind = kinds[dice.between(0, kinds.length - 1)];
  return kind === undefined ? undefined : { kind };
};
const making = (call: Call) => call === 'make';

export const scenarios = {
  'nothing goes wrong': {},
  'answers lost, before and behind the work': {
    fault: (dice) => losing(dice, 0.25, 'lost', 'answer lost', 'gateway'),
    cancels: 0.3,
  },
  'pages and empty objects for answers': {
    fault: (dice) => losing(dice, 0.15, 'page', 'empty'),
    cancels: 0.1,
  },
  'steps killed at any await': {
    fate: (dice) =>
      dice.chance(0.4)
        ? { death: { step: dice.between(1, 14), moment: dice.chance(0.5) ? 'before' : 'after' } }
        : {},
    cancels: 0.2,
  },
  'steps frozen, and thawed behind their time': {
    fate: (dice) => {
      if (!dice.chance(0.4)) return {};
      const long = dice.chance(0.3);
      const time = long ? dice.between(900_000, 2_400_000) : dice.between(5_000, 240_000);
      return { frost: { step: dice.between(1, 9), time } };
    },
    cancels: 0.5,
  },
  'two lives of one step': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.3, 'answer lost') : undefined),
    fate: (dice) =>
      dice.chance(0.5)
        ? { frost: { step: dice.between(1, 9), time: dice.between(1_000, 25_000) } }
        : {},
    givenUp: (dice) => (dice.chance(0.5) ? dice.between(100, 12_000) : undefined),
    cancels: 0.5,
  },
  'a host that acts up to two minutes late': {
    fault: (dice, call) =>
      making(call) && dice.chance(0.5)
        ? { kind: 'late', after: dice.between(1_000, 100_000) }
        : undefined,
    cancels: 0.6,
  },
  'a host that acts up to fifteen minutes late': {
    fault: (dice, call) =>
      making(call) && dice.chance(0.5)
        ? { kind: 'late', after: dice.between(1_000, 880_000) }
        : undefined,
    cancels: 0.8,
  },
  'a table that fails, or takes a write twice': {
    table: (dice) => {
      if (!dice.chance(0.15)) return undefined;
      return (['lost', 'answer lost', 'echo'] as const)[dice.between(0, 2)];
    },
    cancels: 0.3,
  },
  'a host asks for silence, or is down for minutes': {
    fault: (dice, _, time) => {
      if (time > 30_000 && time < 150_000) return { kind: 'down' };
      return dice.chance(0.06) ? { kind: 'limit', seconds: dice.between(1, 600) } : undefined;
    },
    cancels: 0.3,
  },
  'a host whose clock is off by up to nine minutes': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.5, 'answer lost') : undefined),
    hostSkew: (dice) => dice.between(-540_000, 540_000),
    cancels: 0.2,
  },
  'a new repository that shows up to 50 s late': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.4, 'answer lost') : undefined),
    lag: (dice) => dice.between(0, 50_000),
    cancels: 0.3,
  },
  'an account that is renamed meanwhile': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.5, 'answer lost') : undefined),
    renames: true,
    cancels: 0.3,
  },
  'a workflow that is lost': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.4, 'answer lost', 'gateway') : undefined),
    loses: 0.15,
    cancels: 0.2,
  },
  'two who want one name': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.3, 'lost', 'answer lost') : undefined),
    rival: true,
    cancels: 0.3,
  },
  'a stranger of that name': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.4, 'lost', 'answer lost') : undefined),
    stranger: (dice) => {
      const before = dice.chance(0.5);
      return {
        at: before ? 0 : dice.between(0, 20_000),
        shownAfter: before ? dice.between(0, 20_000) : 0,
        age: before ? dice.between(1_800_000, 9_000_000) : 0,
      };
    },
    cancels: 0.2,
  },
  'a host that keeps forks public': { keepsForksPublic: true },
  'erased, and asked for again under its key': {
    fault: (dice, call) => (making(call) ? losing(dice, 0.2, 'answer lost') : undefined),
    importTime: (dice) => dice.between(30_000, 120_000),
    erased: true,
  },
} as const satisfies Readonly<Record<string, Circumstances>>;

export type CreationScenario = keyof typeof scenarios;
export const creationScenarios = Object.keys(scenarios) as readonly CreationScenario[]; // its only keys
