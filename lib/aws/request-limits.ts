/** Time limits of one AWS request: a call that hangs must not eat the function's whole life. */
export const requestLimits = limits({ connectionTimeout: 1_000, requestTimeout: 3_000 });

/**
 * The table answers in milliseconds. A write of new tokens has five seconds in all, and must be able
 * to be tried again in them (lib/lease/timing.ts).
 */
export const tableLimits = limits({ connectionTimeout: 500, requestTimeout: 1_000 });

/** Milliseconds. Unless told to throw, the SDK only warns, and waits on. */
function limits(milliseconds: { connectionTimeout: number; requestTimeout: number }) {
  return { ...milliseconds, throwOnRequestTimeout: true };
}
