import { parseArgs } from 'node:util';
import { type CreationGuardName, creationGuardNames } from './creation/guards.ts';
import { type CreationScenario, creationScenarios } from './creation/scenarios.ts';
import { beginningWith, type GuardName, guardNames } from './guards.ts';
import { loadEdited, removeGuard } from './removal.ts';
import type { Scenario } from './scenarios.ts';

/*
 * Prints the tables of docs/refresh.md and docs/create.md.
 *
 *   npm run simulate                       every scenario, with 2,000 trials at each server and host
 *   npm run simulate -- --guards           what each guard is worth, with 500
 *   npm run simulate -- --without GUARD    the same for one of them
 *   npm run simulate -- --bounds           what it costs to begin late, with 500
 *   ... --only refresh, --only creation    one of the two
 *   ... --trials N
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string' },
    guards: { type: 'boolean', default: false },
    without: { type: 'string' },
    bounds: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** As `without`: how many seconds a refresh may begin with. */
    shortest: { type: 'string' },
    /** For the process that has the guard removed: counts in this scenario, as JSON. */
    count: { type: 'string' },
  },
});
const isWanted = (part: 'refresh' | 'creation') => (values.only ?? part) === part;
const trials = (usual: number) => Number(values.trials ?? usual);
const tell = (line: string) => void process.stderr.write(`${line}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n\n`);

if (values.count !== undefined) await count(values.count);
else if (values.bounds) print(await (await import('./worth.ts')).bounds(trials(500)));
else if (values.without !== undefined) await worthOf(values.without);
else if (values.guards) await worthOfAll();
else await simulateAll();

async function count(scenario: string): Promise<void> {
  // Before anything of lib is loaded.
  if (values.without !== undefined) removeGuard(values.without);
  if (values.shortest !== undefined) loadEdited([beginningWith(Number(values.shortest))]);
  const ofCreation = creationScenarios.find((name) => name === scenario);
  const counted =
    ofCreation === undefined
      ? await (await import('./worth.ts')).damage(scenario as Scenario, trials(500)) // one of worth.ts
      : await countCreation(ofCreation);
  process.stdout.write(JSON.stringify(counted));
}

async function countCreation(scenario: CreationScenario) {
  const { creationDamage } = await import('./creation/worth.ts');
  return creationDamage(scenario, trials(500));
}

async function worthOf(name: string): Promise<void> {
  const ofRefresh = guardNames.find((guard) => guard === name);
  const ofCreation = creationGuardNames.find((guard) => guard === name);
  if (ofRefresh !== undefined) return worthOfAll([ofRefresh], []);
  if (ofCreation !== undefined) return worthOfAll([], [ofCreation]);
  const all = [...guardNames, ...creationGuardNames].join(', ');
  throw new Error(`No guard is named ${name}. There are: ${all}.`);
}

async function worthOfAll(
  ofRefresh: readonly GuardName[] = isWanted('refresh') ? guardNames : [],
  ofCreation: readonly CreationGuardName[] = isWanted('creation') ? creationGuardNames : [],
): Promise<void> {
  if (ofRefresh.length > 0) {
    print(await (await import('./worth.ts')).worth(trials(500), ofRefresh));
  }
  if (ofCreation.length > 0) {
    print(await (await import('./creation/worth.ts')).creationWorth(trials(500), ofCreation));
  }
}

async function simulateAll(): Promise<void> {
  if (isWanted('refresh')) {
    const { simulate, tables } = await import('./report.ts');
    print(tables(await simulate(trials(2_000), tell)));
  }
  if (isWanted('creation')) {
    const { simulateCreation } = await import('./creation/campaign.ts');
    const { creationTable } = await import('./creation/worth.ts');
    print(creationTable(await simulateCreation(trials(2_000), tell)));
  }
}
