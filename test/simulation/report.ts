import { type Campaign, campaign } from './campaign.ts';
import { type Reuse, reuses } from './chain.ts';
import { type ProtocolName, protocols } from './protocols.ts';
import { comparedNames, type Scenario, scenarioNames } from './scenarios.ts';

const names = Object.keys(protocols) as ProtocolName[]; // its only keys

/** One protocol in one scenario, at a server of one behaviour. */
export interface Cell {
  readonly scenario: Scenario;
  readonly reuse: Reuse;
  readonly protocol: ProtocolName;
  readonly sum: Campaign;
}

/** The others lose enough in these to show it. */
const comparedTrials = 200;

/** Runs every cell with the seeds 1 to `trials`, those of other protocols up to {@link comparedTrials}. */
export async function simulate(
  trials: number,
  progress: (line: string) => void = () => {},
): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const scenario of scenarioNames) {
    for (const reuse of reuses) {
      progress(`${scenario}, ${reuse}`);
      for (const protocol of isCompared(scenario) ? names : (['forgebridge'] as const)) {
        const own = protocol === 'forgebridge';
        const many = own ? trials : Math.min(trials, comparedTrials);
        const sum = await campaign(protocol, scenario, reuse, many);
        cells.push({ scenario, reuse, protocol, sum });
      }
    }
  }
  return cells;
}

function isCompared(scenario: Scenario): boolean {
  return comparedNames.some((name) => name === scenario);
}

/** The tables of docs/refresh.md. */
export function tables(cells: readonly Cell[]): string {
  const of = (scenario: Scenario, reuse: Reuse) =>
    cells.filter((cell) => cell.scenario === scenario && cell.reuse === reuse);
  const rows = comparedNames.flatMap((scenario) =>
    reuses.map((reuse) => [scenario, reuse, ...of(scenario, reuse).map(({ sum }) => short(sum))]),
  );
  const own = scenarioNames.map((scenario) => [
    scenario,
    ...reuses.flatMap((reuse) =>
      of(scenario, reuse)
        .filter(({ protocol }) => protocol === 'forgebridge')
        .map(({ sum }) => `${short(sum)} · ${sum.unrevoked} (${sum.unavoidableLosses})`),
    ),
  ]);
  const compared = cells.filter(({ scenario }) => isCompared(scenario));
  const added = totals.map(([title, total]) => [
    title,
    ...names.map((name) =>
      String(total(compared.filter(({ protocol }) => protocol === name).map(({ sum }) => sum))),
    ),
  ]);
  return [
    ...table(['scenario', ...reuses], own),
    '',
    ...table(['scenario', 'server at reuse', ...names], rows),
    '',
    ...table(['in all', ...names], added),
  ].join('\n');
}

function short({ avoidableLosses, falseReconnects, setBacks }: Campaign): string {
  return `${avoidableLosses} · ${falseReconnects} · ${setBacks}`;
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

/** A table in Markdown. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
