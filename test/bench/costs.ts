/** List prices of us-east-1 in US dollars, as known on 2026-11-22; AWS changes them. */
export const prices = {
  /** HTTP API, up to 300 million a month. */
  apiRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** Arm, first tier. */
  lambdaGigabyteSecond: 0.0000133334,
  /** DynamoDB on demand: up to 4 KB strongly consistent, up to 1 KB written. */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  /** Step Functions Standard. */
  transition: 25 / 1e6,
  secretsCall: 0.05 / 1e4,
  /** EventBridge, custom events, up to 64 KB each. */
  event: 1.0 / 1e6,
  /** CloudWatch Logs, ingested. */
  logGigabyte: 0.5,
  /** X-Ray, recorded. */
  trace: 5.0 / 1e6,
} as const;

/** What cannot be counted here, and is assumed. */
export const assumptions = {
  /** serverless.yml, `memorySize`. */
  memoryGigabytes: 0.5,
  /** Billed milliseconds of a warm invocation that reaches AWS only. */
  ownMilliseconds: 20,
  /** What each call of a host adds to them. */
  hostMilliseconds: 200,
  /** Bytes of a line of ours, and of what Lambda itself writes for an invocation. */
  lineBytes: 500,
  platformBytes: 350,
  /** Part of the invocations that X-Ray records: its default rule beyond the first each second. */
  traced: 0.05,
} as const;

/** What one of something asks of AWS, and of a host. */
export interface Counts {
  readonly apiRequests: number;
  readonly invocations: number;
  readonly hostCalls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly transitions: number;
  readonly secretsCalls: number;
  readonly events: number;
  readonly logLines: number;
}

/** US dollars for one million of it. */
export function dollarsPerMillion(counts: Counts): number {
  const { invocations, hostCalls, logLines } = counts;
  const { memoryGigabytes, ownMilliseconds, hostMilliseconds } = assumptions;
  const seconds = (invocations * ownMilliseconds + hostCalls * hostMilliseconds) / 1000;
  const logBytes = logLines * assumptions.lineBytes + invocations * assumptions.platformBytes;
  const one =
    counts.apiRequests * prices.apiRequest +
    invocations * prices.lambdaRequest +
    seconds * memoryGigabytes * prices.lambdaGigabyteSecond +
    counts.readUnits * prices.readUnit +
    counts.writeUnits * prices.writeUnit +
    counts.transitions * prices.transition +
    counts.secretsCalls * prices.secretsCall +
    counts.events * prices.event +
    (logBytes / 1e9) * prices.logGigabyte +
    invocations * assumptions.traced * prices.trace;
  return one * 1e6;
}

const columns: readonly (readonly [head: string, member: keyof Counts])[] = [
  ['API requests', 'apiRequests'],
  ['invocations', 'invocations'],
  ['calls of the host', 'hostCalls'],
  ['read units', 'readUnits'],
  ['write units', 'writeUnits'],
  ['transitions', 'transitions'],
  ['secrets read', 'secretsCalls'],
  ['events', 'events'],
  ['log lines', 'logLines'],
];

/** The table in docs/costs.md: what was counted for one, and the dollars for a million. */
export function costTable(counted: Readonly<Record<string, Counts>>): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rows = Object.entries(counted).map(([name, counts]) => [
    name,
    ...columns.map(([, member]) => counts[member]),
    dollars(dollarsPerMillion(counts)),
  ]);
  const head = ['one', ...columns.map(([name]) => name), 'a million costs'];
  return [line(head), line(['---', ...head.slice(1).map(() => '---:')]), ...rows.map(line)].join(
    '\n',
  );
}

/** The prices that went in, and what was assumed, as docs/costs.md has them. */
export function priceTable(): string {
  const rows: readonly (readonly [string, string])[] = [
    ['HTTP API, a million requests', dollars(prices.apiRequest * 1e6)],
    ['Lambda arm64, a million invocations', dollars(prices.lambdaRequest * 1e6)],
    ['Lambda arm64, GB-second', `$${prices.lambdaGigabyteSecond}`],
    ['DynamoDB on demand, a million read units', `$${prices.readUnit * 1e6}`],
    ['DynamoDB on demand, a million write units', `$${prices.writeUnit * 1e6}`],
    ['Step Functions Standard, a million transitions', dollars(prices.transition * 1e6)],
    ['Secrets Manager, ten thousand calls', dollars(prices.secretsCall * 1e4)],
    ['EventBridge, a million custom events', dollars(prices.event * 1e6)],
    ['CloudWatch Logs, GB', dollars(prices.logGigabyte)],
    ['X-Ray, a million traces recorded', dollars(prices.trace * 1e6)],
  ];
  return [
    '| what | price |',
    '| --- | ---: |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** What was assumed, as docs/costs.md has it. */
export function assumptionList(): string {
  const { memoryGigabytes, ownMilliseconds, hostMilliseconds, traced } = assumptions;
  return [
    `- an invocation of a warm function with ${memoryGigabytes * 1024} MB is billed ${ownMilliseconds} ms, and ${hostMilliseconds} ms more for each call of a host;`,
    `- a log line has ${assumptions.lineBytes} bytes, and Lambda adds ${assumptions.platformBytes} bytes to each invocation;`,
    `- X-Ray records ${traced * 100} % of the invocations.`,
  ].join('\n');
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
