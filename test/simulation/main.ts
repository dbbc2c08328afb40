import { parseArgs } from 'node:util';
import { simulate, tables } from './report.ts';

/*
 * Prints the tables of docs/refresh.md. `--trials` changes their number.
 */
const { values } = parseArgs({ options: { trials: { type: 'string', default: '2000' } } });
const cells = await simulate(Number(values.trials), (line) => {
  process.stderr.write(`${line}\n`);
});
process.stdout.write(`${tables(cells)}\n`);
