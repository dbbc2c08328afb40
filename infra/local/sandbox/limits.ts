import type { RateLimit } from './options.ts';

export interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Epoch seconds. */
  readonly reset: number;
  readonly exceeded: boolean;
}

/** Counts requests by key in fixed windows. */
export function createLimiter(rule: RateLimit, now: () => number): (key: string) => Allowance {
  const windows = new Map<string, { start: number; used: number }>();
  return (key) => {
    const start = Math.floor(now() / rule.windowMs) * rule.windowMs;
    const window = windows.get(key);
    const current = window?.start === start ? window : { start, used: 0 };
    windows.set(key, current);
    current.used += 1;
    return {
      limit: rule.limit,
      used: Math.min(current.used, rule.limit),
      remaining: Math.max(0, rule.limit - current.used),
      reset: Math.ceil((start + rule.windowMs) / 1000),
      exceeded: current.used > rule.limit,
    };
  };
}
