import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Strategy } from '../../lib/providers/provider.ts';
import { creatingHosts, strategiesOf } from '../conformance/hosts.ts';
import { startSandboxWorld } from '../lib/operations/sandbox-world.ts';
import { memoryTable } from '../simulation/creation/memory-table.ts';
import { table } from '../simulation/report.ts';
import { type FaultKind, faultKinds, faultTable } from './runs.ts';

/*
 * npm run faults: every kind of fault at every request of every way to create, at every host. Writes how
 * the operations ended into docs/create.md.
 */
const page = resolve(import.meta.dirname, '../../docs/create.md');
const [begin, end] = ['<!-- npm run faults -->', '<!-- end -->'];

const world = await startSandboxWorld(memoryTable());
const parts: string[] = [];
for (const host of creatingHosts) {
  const columns: Record<string, Awaited<ReturnType<typeof faultTable>>> = {};
  for (const strategy of strategiesOf(host)) {
    process.stderr.write(`${host}, ${strategy}\n`);
    columns[strategy] = await faultTable(world, host, strategy);
  }
  const rows = (Object.keys(faultKinds) as FaultKind[]).map((kind) => [
    kind,
    ...strategiesOf(host).map((strategy: Strategy) => said(columns[strategy]?.[kind] ?? {})),
  ]);
  parts.push(table([host, ...strategiesOf(host)], rows).join('\n'));
}
await world.close();

const text = await readFile(page, 'utf8');
const [before = '', rest = ''] = text.split(begin);
const after = rest.slice(rest.indexOf(end));
await writeFile(page, `${before}${begin}\n\n${parts.join('\n\n')}\n\n${after}`);

function said(row: Readonly<Record<string, number>>): string {
  const { succeeded = 0, ...others } = row;
  const rest = Object.entries(others).map(([code, count]) => `${count} ${code}`);
  return [`${succeeded} succeeded`, ...rest].join(', ');
}
