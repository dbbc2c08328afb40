import { parseArgs } from 'node:util';
import { beginningWith, type GuardName, guardNames } from './guards.ts';
import { loadEdited, removeGuard } from './removal.ts';
import type { Scenario } from './scenarios.ts';

/*
 * Prints the tables of docs/refresh.md.
 *
 *   npm run simulate                       every scenario, with 2,000 trials at each server
 *   npm run simulate -- --guards           what each guard is worth, with 500
 *   npm run simulate -- --without GUARD    the same for one of them
 *   npm run simulate -- --bounds           what it costs to begin late, with 500
 *   ... --trials N
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string' },
    guards: { type: 'boolean', default: false },
    without: { type: 'string' },
    bounds: { type: 'boolean', default: false },
    /** As `without`: how many seconds a refresh may begin with. */
    shortest: { type: 'string' },
    /** For the process that has the guard removed: counts in this scenario, as JSON. */
    count: { type: 'string' },
  },
});

if (values.count !== undefined) {
  // Before anything of lib is loaded.
  if (values.without !== undefined) removeGuard(values.without);
  if (values.shortest !== undefined) loadEdited([beginningWith(Number(values.shortest))]);
  const { damage } = await import('./worth.ts');
  const counted = await damage(values.count as Scenario, Number(values.trials)); // one of worth.ts
  process.stdout.write(JSON.stringify(counted));
} else if (values.bounds) {
  const { bounds } = await import('./worth.ts');
  process.stdout.write(`${await bounds(Number(values.trials ?? 500))}\n`);
} else if (values.guards || values.without !== undefined) {
  const { worth } = await import('./worth.ts');
  const only = values.without === undefined ? guardNames : [known(guardNames, values.without)];
  process.stdout.write(`${await worth(Number(values.trials ?? 500), only)}\n`);
} else {
  const { simulate, tables } = await import('./report.ts');
  const cells = await simulate(Number(values.trials ?? 2_000), (line) => {
    process.stderr.write(`${line}\n`);
  });
  process.stdout.write(`${tables(cells)}\n`);
}

function known(names: readonly GuardName[], name: string): GuardName {
  const found = names.find((guard) => guard === name);
  if (found === undefined)
    throw new Error(`No guard is named ${name}. There are: ${names.join(', ')}.`);
  return found;
}
