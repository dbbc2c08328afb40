import * as z from 'zod/mini';
import { hostIds } from './registry.ts';

/**
 * What goes wrong, for whom and how often.
 *
 * - `reset-before`: the connection is cut and nothing happened.
 * - `reset-after`: the host acted, then the connection is cut.
 * - `status`: answers `status` without acting; with `acts`, acts first.
 * - `rate-limit`: 429 with `Retry-After`, in the host's own form, without acting.
 * - `truncate`: acts, then sends half of the answer and cuts the connection.
 * - `html`: answers an HTML page (status 200 unless told); with `acts`, acts first.
 * - `text`: the same in plain text.
 * - `oversize`: acts, then pads the JSON answer to `bytes` (2,000,000 unless told).
 * - `error-200`: status 200 whose body is an OAuth error, or `body`; does not act.
 * - `delay`: nothing but the delays, which every other action takes too.
 */
export const faultRule = z.strictObject({
  /** Missing: every host. */
  provider: z.optional(z.enum(hostIds)),
  method: z.optional(z.string()),
  /** Path without query; `*` stands for anything. Missing: every path. */
  path: z.optional(z.string()),
  /** Only token calls of this grant type. */
  grantType: z.optional(z.string()),
  /** How many requests it hits; 1 unless told. */
  count: z.optional(z.int().check(z.positive())),
  /** Lets this many matching requests pass first. */
  skip: z.optional(z.int().check(z.nonnegative())),
  action: z._default(
    z.enum([
      'reset-before',
      'reset-after',
      'status',
      'rate-limit',
      'truncate',
      'html',
      'text',
      'oversize',
      'error-200',
      'delay',
    ]),
    'delay',
  ),
  /** Before acting. */
  delayMs: z.optional(z.number()),
  /** Between acting and answering. */
  delayAfterMs: z.optional(z.number()),
  status: z.optional(z.int().check(z.gte(200), z.lte(599))),
  acts: z.optional(z.boolean()),
  /** Seconds. */
  retryAfter: z.optional(z.number()),
  bytes: z.optional(z.number()),
  body: z.optional(z.unknown()),
  /** More headers of an answer with `status`. */
  headers: z.optional(z.record(z.string(), z.string())),
});
export type FaultRule = z.input<typeof faultRule>;
export type Fault = z.output<typeof faultRule>;

export interface Faults {
  /** Adds a rule; the answer counts the requests it has hit. */
  add(rule: FaultRule): { hits(): number };
  clear(): void;
  /** The first rule for this request that is not used up. */
  take(request: FaultTarget): Fault | undefined;
}

interface FaultTarget {
  readonly provider: string;
  readonly method: string;
  readonly path: string;
  readonly grantType?: string;
}

interface Armed {
  readonly fault: Fault;
  readonly path: RegExp;
  skipped: number;
  hits: number;
}

function pattern(path: string): RegExp {
  const literal = path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}

function matches({ fault, path }: Armed, request: FaultTarget): boolean {
  const same = (wanted: string | undefined, found: string | undefined) =>
    wanted === undefined || wanted === found;
  return (
    same(fault.provider, request.provider) &&
    same(fault.method?.toUpperCase(), request.method) &&
    same(fault.grantType, request.grantType) &&
    path.test(request.path)
  );
}

/** No faults yet. */
export function createFaults(): Faults {
  let rules: Armed[] = [];
  return {
    add(rule) {
      const fault = faultRule.parse(rule);
      const armed = { fault, path: pattern(fault.path ?? '*'), skipped: 0, hits: 0 };
      rules.push(armed);
      return { hits: () => armed.hits };
    },
    clear() {
      rules = [];
    },
    take(request) {
      for (const rule of rules) {
        if (rule.hits >= (rule.fault.count ?? 1) || !matches(rule, request)) continue;
        if (rule.skipped < (rule.fault.skip ?? 0)) {
          rule.skipped += 1;
          continue;
        }
        rule.hits += 1;
        return rule.fault;
      }
      return undefined;
    },
  };
}
