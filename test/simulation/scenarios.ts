import type { Dice } from './dice.ts';
import { calmService, type Service } from './host.ts';
import type { Death, Mishaps } from './process.ts';

/** What the table does to requests; may be changed while it runs. */
export interface Disturbance {
  /** Refuses a write without doing it. A read is refused a third as often. */
  throttled: number;
  /** Does a write, and says that it failed or that its condition did. */
  echoed: number;
  /** Says that we may not write, for that long from the first write of new tokens on. */
  refused: readonly [number, number];
  /** Takes no connection, for that long from the first one on. */
  unstored: readonly [number, number];
  /** A request under way, in each direction, least and most. */
  travel: readonly [number, number];
}

export const calmTable: Disturbance = {
  throttled: 0,
  echoed: 0,
  refused: [0, 0],
  unstored: [0, 0],
  travel: [1, 25],
};

/** What goes wrong in a scenario; probabilities are per call, times in milliseconds. */
export interface Faults extends Disturbance, Service {
  /** A process is killed, at any of its awaits or at any time. */
  readonly killed: number;
  /** A process stands still for 2 to 15 s, at any of its awaits. */
  readonly frozen: number;
  /** The clock of one process jumps by a day, at any of its awaits, until the table's next answer. */
  readonly jumps: number;
  /** The clock of the first caller is a day ahead, and most such processes are killed. */
  readonly ahead: number;
  /** A function has done something else before, and little of its life is left. */
  readonly late: number;
  /** The sealing key takes that long, least and most. */
  readonly keyTime: readonly [number, number];
  /** The sealing key cannot be had. */
  readonly keyless: number;
  /** The user connects the same account again meanwhile. */
  readonly reconnects: number;
  /** Two more consents of the user cross. */
  readonly crossings: number;
  /** The user leaves, and then comes back. */
  readonly leaves: number;
  /** How far each process's clock may be wrong, both ways. */
  readonly skew: number;
  /** The tokens have no end and cannot be refreshed. */
  readonly endless: number;
}

const calm: Faults = {
  ...calmTable,
  ...calmService,
  latency: [50, 800],
  killed: 0,
  frozen: 0,
  jumps: 0,
  ahead: 0,
  late: 0,
  keyTime: [1, 25],
  keyless: 0,
  reconnects: 0,
  crossings: 0,
  leaves: 0,
  skew: 0,
  endless: 0,
};

const slow = { latency: [8_000, 18_000] as const };

/** Scenarios that other protocols run too, by their names in the table of docs/refresh.md. */
export const compared = {
  'slow provider, 8 to 18 s': { ...calm, ...slow },
  'callers killed at any await': { ...calm, killed: 0.4 },
  'replies lost after the provider acted': { ...calm, lost: 0.3 },
  '35 % of writes throttled': { ...calm, throttled: 0.35 },
  'writes echoed': { ...calm, echoed: 0.35 },
  'clocks ±1 s, slow provider': { ...calm, ...slow, skew: 1_000 },
  'little time left, slow provider': { ...calm, ...slow, late: 0.5 },
  'user connects anew, slow provider': { ...calm, ...slow, reconnects: 1 },
  'all at once': {
    ...calm,
    latency: [500, 18_000],
    lost: 0.1,
    unavailable: 0.1,
    throttled: 0.35,
    echoed: 0.2,
    killed: 0.2,
    late: 0.1,
    skew: 1_000,
    travel: [1, 300],
  },
} as const satisfies Record<string, Faults>;

/** Scenarios for what only lib/vault has an answer to. */
const further = {
  'consents that cross, processes that stand still': { ...calm, crossings: 1, frozen: 0.5 },
  'callers that stand still': { ...calm, latency: [500, 8_000], frozen: 0.4 },
  'little time left, slow key and provider': {
    ...calm,
    latency: [14_000, 18_000],
    late: 1,
    keyTime: [1, 5_200],
    keyless: 0.1,
  },
  'answers at the last moment, writes refused for up to 4 s': {
    ...calm,
    latency: [21_000, 26_000],
    skew: 1_000,
    refused: [3_500, 4_300],
  },
  'clocks ±1 s, writes refused to the last moment': {
    ...calm,
    latency: [22_500, 23_900],
    skew: 1_000,
    refused: [4_000, 4_600],
  },
  'writes refused for up to 3 s': { ...calm, refused: [500, 3_000] },
  'replicas that lag up to 3 s': { ...calm, replicaLag: 3_000, reconnects: 0.5 },
  '401 to every token for up to a minute': { ...calm, burst: [0, 60_000], endless: 0.5 },
  'gateways that answer 502 after the provider acted': { ...calm, gateway: 0.3 },
  'provider down for up to 30 s': { ...calm, down: [0, 30_000] },
  'user connects anew, slow table': {
    ...calm,
    reconnects: 1,
    crossings: 0.5,
    travel: [50, 1_500],
  },
  'user leaves and comes back during a slow refresh': { ...calm, ...slow, leaves: 1 },
  'user comes back while the table takes no connection': {
    ...calm,
    leaves: 1,
    unstored: [500, 40_000],
  },
  'a holder a day ahead, that dies': { ...calm, ...slow, ahead: 1 },
  'clocks that jump by a day for a moment': {
    ...calm,
    ...slow,
    jumps: 0.4,
    killed: 0.2,
    unavailable: 0.2,
  },
  'user leaves while the provider is down, and comes back': {
    ...calm,
    latency: [500, 8_000],
    leaves: 1,
    down: [2_000, 20_000],
  },
  'refresh tokens refused once in error': { ...calm, hiccup: 0.1 },
  'answers without a new refresh token': { ...calm, keeps: 0.5 },
  everything: {
    ...calm,
    latency: [100, 12_000],
    lost: 0.05,
    gateway: 0.05,
    unavailable: 0.05,
    keeps: 0.1,
    replicaLag: 2_000,
    throttled: 0.2,
    echoed: 0.1,
    refused: [500, 2_000],
    killed: 0.15,
    frozen: 0.15,
    jumps: 0.1,
    late: 0.1,
    keyTime: [1, 2_000],
    keyless: 0.05,
    reconnects: 0.2,
    crossings: 0.2,
    skew: 1_000,
    travel: [1, 200],
  },
} as const satisfies Record<string, Faults>;

export const scenarios = { ...compared, ...further };

export type Scenario = keyof typeof scenarios;
export const comparedNames = Object.keys(compared) as readonly (keyof typeof compared)[]; // its only keys
export const scenarioNames = Object.keys(scenarios) as readonly Scenario[]; // its only keys

/** One who needs a token. */
export interface Caller extends Mishaps {
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
export const day = 86_400_000;
/** How many of those whose clock is a day ahead are killed. */
const mostDie = 0.8;

/** Who comes, and when: in bursts, one after the other over 40 s, or both. */
export function plan(dice: Dice, faults: Faults): readonly Caller[] {
  const spread = [300, 12_000, 40_000][dice.between(0, 2)] ?? 300;
  const jumper = dice.chance(faults.jumps) ? dice.between(0, 7) : undefined;
  return Array.from({ length: dice.between(2, 8) }, (_, index) => {
    const isAhead = index === 0 && dice.chance(faults.ahead);
    // Whoever is ahead is the holder: the others come when it has the lease.
    const at = index === 0 ? 0 : dice.between(0, spread) + 1_000 * faults.ahead;
    return {
      at,
      life: dice.chance(faults.late)
        ? dice.between(8_000, functionLife)
        : functionLife - dice.between(0, 500),
      skew: isAhead ? day : dice.between(-faults.skew, faults.skew),
      ...(dice.chance(isAhead ? mostDie : faults.killed) ? { death: death(dice) } : {}),
      ...mishaps(dice, faults),
      ...(index === jumper ? { jump: jump(dice) } : {}),
      uses: dice.chance(0.5),
    };
  });
}

/** A jump of one clock, of one process. */
function jump(dice: Dice): NonNullable<Caller['jump']> {
  return { step: dice.between(1, 10), by: dice.chance(0.5) ? day : -day };
}

/** What may befall any process. */
export function mishaps(dice: Dice, { frozen }: Faults): Mishaps {
  const freeze = { step: dice.between(1, 10), time: dice.between(2_000, 15_000) };
  return dice.chance(frozen) ? { freeze } : {};
}

function death(dice: Dice): Death {
  if (dice.chance(0.3)) return { after: dice.between(0, dice.chance(0.8) ? 2_000 : functionLife) };
  return { step: dice.between(1, 14), moment: dice.chance(0.5) ? 'before' : 'after' };
}
