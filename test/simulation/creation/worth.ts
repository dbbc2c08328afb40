import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { table } from '../report.ts';
import { type CreationCell, creationCampaign, promises } from './campaign.ts';
import { type CreationGuardName, creationGuardNames, creationGuards } from './guards.ts';
import { styles } from './host.ts';
import { type CreationScenario, creationScenarios } from './scenarios.ts';

/** What goes wrong in a scenario, over all styles of hosts; `failed` and `succeeded` beside it. */
export type CreationDamage = Readonly<Record<string, number>>;

/** Counts the damage in one scenario, with the code as this process has loaded it. */
export async function creationDamage(
  scenario: CreationScenario,
  trials: number,
): Promise<CreationDamage> {
  const sum: Record<string, number> = {};
  for (const style of styles) {
    const count = await creationCampaign(scenario, style, trials);
    for (const name of [...promises, 'failed'] as const) sum[name] = (sum[name] ?? 0) + count[name];
  }
  return sum;
}

/** The same in a process of its own, without that guard. */
export async function creationDamageWithout(
  guard: CreationGuardName,
  trials: number,
): Promise<CreationDamage> {
  const main = resolve(import.meta.dirname, '../main.ts');
  const { scenario } = creationGuards[guard];
  const given = [main, '--count', scenario, '--trials', String(trials), '--without', guard];
  const { stdout } = await promisify(execFile)(process.execPath, given);
  return JSON.parse(stdout);
}

/** What is worse without the guard: promises broken; where none is, operations that fail for it. */
export function worse(before: CreationDamage, after: CreationDamage): string {
  const grown = (names: readonly string[]) =>
    names
      .filter((name) => (after[name] ?? 0) > (before[name] ?? 0))
      .map((name) => `${name} ${before[name]} → ${after[name]}`);
  const broken = grown(promises);
  return (broken.length > 0 ? broken : grown(['failed'])).join(', ');
}

/** The table of docs/create.md: what each guard is worth. */
export async function creationWorth(
  trials: number,
  only: readonly CreationGuardName[] = creationGuardNames,
): Promise<string> {
  const whole = new Map<CreationScenario, CreationDamage>();
  const rows: string[][] = [];
  for (const guard of only) {
    const { scenario, does } = creationGuards[guard];
    const before = whole.get(scenario) ?? (await creationDamage(scenario, trials));
    whole.set(scenario, before);
    const after = await creationDamageWithout(guard, trials);
    rows.push([`\`${guard}\``, does, scenario, worse(before, after)]);
  }
  return table(['guard', 'what it does', 'scenario', 'with it → without'], rows).join('\n');
}

/** The table of docs/create.md: broken promises in each scenario. */
export function creationTable(cells: readonly CreationCell[]): string {
  const rows = creationScenarios.map((scenario) => [
    scenario,
    ...styles.map((style) => {
      const cell = cells.find((one) => one.scenario === scenario && one.style === style);
      if (cell === undefined) return '';
      const { duplicates, unclaimed, hollow, stuck, succeeded } = cell.count;
      const rest = promises
        .filter((name) => !['duplicates', 'unclaimed', 'hollow', 'stuck'].includes(name))
        .reduce((sum, name) => sum + cell.count[name], 0);
      return `${duplicates} · ${unclaimed} · ${hollow} · ${stuck} · ${rest} (${succeeded})`;
    }),
  ]);
  return table(['scenario', ...styles], rows).join('\n');
}
