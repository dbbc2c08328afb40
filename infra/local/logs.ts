import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';

type Style = 'blue' | 'cyan' | 'green' | 'magenta' | 'yellow' | 'red' | 'dim' | 'bold';

const partStyles: Readonly<Record<string, Style>> = {
  stack: 'blue',
  api: 'cyan',
  workflow: 'magenta',
  sandbox: 'yellow',
  product: 'green',
  event: 'magenta',
};

/** Fields of a function's log line that say the same on every line. */
const boilerplate = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function',
  'function_name',
  'sampling_rate',
  'xray_trace_id',
]);

/** Writes one line, or several, of a part of the stack. */
export type Log = (part: string, text: string) => void;

/** Lines with the part's name before them. Colours follow the terminal and `NO_COLOR`. */
export function lineLog(write: (line: string) => void): Log {
  return (part, text) => {
    const prefix = paint(partStyles[part] ?? 'dim', part.padEnd(8));
    for (const line of text.split('\n')) {
      if (line.trim() !== '') write(`${prefix} ${readable(line)}`);
    }
  };
}

/** Colours the text where standard output shows colours. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Hands each line of the stream to `take`. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream }).on('line', take);
}

/** A function's JSON log line as one that people read; any other line stays as it is. */
export function readable(line: string): string {
  const record = parseRecord(line);
  if (record === undefined) return line;
  if ('_aws' in record) return metricLine(record);
  const level = String(record.level ?? 'INFO');
  const rest = Object.entries(record)
    .filter(([name]) => !boilerplate.has(name))
    .map(([name, value]) => paint('dim', `${name}=`) + shown(value));
  const name = record.function ?? record.function_name;
  const where = name === undefined ? [] : [shortName(String(name))];
  return [
    paint(levelStyle(level), level.padEnd(5)),
    ...where,
    String(record.message),
    ...rest,
  ].join(' ');
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

/** CloudWatch's embedded metric format: the numbers are all that matters here. */
function metricLine(record: Record<string, unknown>): string {
  const numbers = Object.entries(record).filter(
    ([, value]) => typeof value === 'number' || Array.isArray(value),
  );
  return paint(
    'dim',
    `METRIC ${numbers.map(([name, value]) => `${name}=${shown(value)}`).join(' ')}`,
  );
}

function shortName(functionName: string): string {
  return paint('bold', functionName.split('-').at(-1) ?? functionName);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function levelStyle(level: string): Style {
  if (level === 'ERROR' || level === 'CRITICAL') return 'red';
  return level === 'WARN' ? 'yellow' : 'green';
}
