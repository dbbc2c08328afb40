import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Campaign, campaign } from './campaign.ts';
import { reuses } from './chain.ts';
import { type GuardName, guardNames, guards } from './guards.ts';
import { table } from './report.ts';
import type { Scenario } from './scenarios.ts';

/** What goes wrong in a scenario, and what it costs, over all servers. */
export type Damage = Readonly<Record<string, number>>;

/** What nobody wants any of. */
const harms = {
  'received and lost': ({ avoidableLosses }: Campaign) => avoidableLosses,
  'never received': ({ unavoidableLosses }: Campaign) => unavoidableLosses,
  'false reconnects': ({ falseReconnects }: Campaign) => falseReconnects,
  'older over newer': ({ setBacks }: Campaign) => setBacks,
  'no answer': ({ neither }: Campaign) => neither,
  'not revoked': ({ unrevoked }: Campaign) => unrevoked,
  'dead tokens handed out': ({ deadTokens }: Campaign) => deadTokens,
} as const;

/** What should be few. */
const costs = {
  'sent away': ({ sentAway }: Campaign) => sentAway,
  'provider calls': ({ providerCalls }: Campaign) => providerCalls,
  'table requests': ({ tableRequests }: Campaign) => tableRequests,
} as const;

/** Counts the damage in one scenario, with the code as this process has loaded it. */
export async function damage(scenario: Scenario, trials: number): Promise<Damage> {
  const sums: Campaign[] = [];
  for (const reuse of reuses) sums.push(await campaign('forgebridge', scenario, reuse, trials));
  const total = (of: (sum: Campaign) => number) => sums.reduce((all, sum) => all + of(sum), 0);
  const measures = Object.entries({ ...harms, ...costs });
  return Object.fromEntries(measures.map(([name, of]) => [name, total(of)]));
}

/** The same in a process of its own, without that guard. */
export function damageWithout(guard: GuardName, trials: number): Promise<Damage> {
  return elsewhere(guards[guard].scenario, trials, ['--without', guard]);
}

/** Counts in a process of its own, with other code as `edits` say. */
async function elsewhere(
  scenario: Scenario,
  trials: number,
  edits: readonly string[],
): Promise<Damage> {
  const main = resolve(import.meta.dirname, 'main.ts');
  const given = [main, '--count', scenario, '--trials', String(trials), ...edits];
  const { stdout } = await promisify(execFile)(process.execPath, given);
  return JSON.parse(stdout);
}

/** The table of docs/refresh.md: what it costs to begin a refresh with that many seconds left. */
export async function bounds(trials: number): Promise<string> {
  const { scenario } = guards['time-enough'];
  const rows: string[][] = [];
  for (const seconds of [10, 15, 20, 22, 24]) {
    const cost = await elsewhere(scenario, trials, ['--shortest', String(seconds)]);
    const lost = (cost['received and lost'] ?? 0) + (cost['never received'] ?? 0);
    rows.push([`${seconds} s`, String(lost), String(cost['sent away'])]);
  }
  return table(['at least', 'connections lost', 'callers told to come again'], rows).join('\n');
}

/** Two numbers for each harm that the guard prevents; for each cost where it prevents none. */
function difference(before: Damage, after: Damage): readonly string[] {
  const grown = (names: readonly string[]) =>
    names
      .filter((name) => (after[name] ?? 0) > (before[name] ?? 0))
      .map((name) => `${name} ${before[name]} → ${after[name]}`);
  const harm = grown(Object.keys(harms));
  return harm.length > 0 ? harm : grown(Object.keys(costs));
}

/** Two at a time. */
const abreast = 2;

/** The table of docs/refresh.md: what each guard is worth. */
export async function worth(
  trials: number,
  only: readonly GuardName[] = guardNames,
): Promise<string> {
  const whole = new Map<Scenario, Promise<Damage>>();
  const rows: string[][] = [];
  const waiting = [...only];
  async function work(): Promise<void> {
    for (let guard = waiting.shift(); guard !== undefined; guard = waiting.shift()) {
      const { scenario, does } = guards[guard];
      const known = whole.get(scenario) ?? damage(scenario, trials);
      whole.set(scenario, known);
      const [before, after] = await Promise.all([known, damageWithout(guard, trials)]);
      rows.push([`\`${guard}\``, does, scenario, difference(before, after).join(', ')]);
    }
  }
  await Promise.all(Array.from({ length: abreast }, work));
  rows.sort(([one = ''], [other = '']) => place(one) - place(other));
  return table(['guard', 'what it does', 'scenario', 'with it → without'], rows).join('\n');
}

function place(cell: string): number {
  return guardNames.findIndex((name) => cell === `\`${name}\``);
}
