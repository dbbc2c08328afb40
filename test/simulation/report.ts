import { type Campaign, campaign } from './campaign.ts';
import { type Reuse, reuses } from './host.ts';
import { type ProtocolName, protocols } from './protocols.ts';
import { type Scenario, scenarioNames } from './scenarios.ts';

const names = Object.keys(protocols) as ProtocolName[]; // its only keys

/** One protocol in one scenario, at a server of one behaviour. */
export interface Cell {
  readonly scenario: Scenario;
  readonly reuse: Reuse;
  readonly protocol: ProtocolName;
  readonly sum: Campaign;
}

/** Runs every cell with the seeds 1 to `trials`. */
export async function simulate(
  trials: number,
  progress: (line: string) => void = () => {},
): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const scenario of scenarioNames) {
    for (const reuse of reuses) {
      progress(`${scenario}, ${reuse}`);
      for (const protocol of names) {
        const sum = await campaign(protocol, scenario, reuse, trials);
        cells.push({ scenario, reuse, protocol, sum });
      }
    }
  }
  return cells;
}

/** The tables of docs/refresh.md. */
export function tables(cells: readonly Cell[]): string {
  const rows = scenarioNames.flatMap((scenario) =>
    reuses.map((reuse) => [
      scenario,
      reuse,
      ...cells
        .filter((cell) => cell.scenario === scenario && cell.reuse === reuse)
        .map(({ sum }) => `${sum.avoidableLosses} · ${sum.falseReconnects} · ${sum.setBacks}`),
    ]),
  );
  const added = totals.map(([title, of]) => [
    title,
    ...names.map((name) =>
      String(of(cells.filter(({ protocol }) => protocol === name).map(({ sum }) => sum))),
    ),
  ]);
  return [
    ...table(['scenario', 'server at reuse', ...names], rows),
    '',
    ...table(['in all', ...names], added),
  ].join('\n');
}

type Total = (sums: readonly Campaign[]) => number;

function sumOf(of: (sum: Campaign) => number): Total {
  return (sums) => sums.reduce((total, sum) => total + of(sum), 0);
}

const totals: readonly (readonly [string, Total])[] = [
  ['trials', sumOf(({ trials }) => trials)],
  ['avoidable losses', sumOf(({ avoidableLosses }) => avoidableLosses)],
  ['false reconnects', sumOf(({ falseReconnects }) => falseReconnects)],
  ['older written over newer', sumOf(({ setBacks }) => setBacks)],
  [
    'most refreshes of one generation at once',
    (sums) => Math.max(...sums.map(({ mostAtOnce }) => mostAtOnce)),
  ],
  ['neither a token nor a plain end', sumOf(({ neither }) => neither)],
  ['unavoidable losses', sumOf(({ unavoidableLosses }) => unavoidableLosses)],
  ['provider calls', sumOf(({ providerCalls }) => providerCalls)],
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
