/*
 * The times of asking a host for tokens, in milliseconds unless said otherwise, in one place because
 * they hang together:
 *
 *   holder  | lease, key |------ provider is asked ------|-- write --|        dead at `until`
 *           0       shortestQuestion left    until − writeReserve  until   until + clockSkew
 *   others  . . wait, waitInAll at most, else 503 . . . . . . . . . . . . . . .| take the lease
 */

/** How far two clocks may lie apart: each is at most one second wrong. */
export const clockSkew = 2_000;

/**
 * The longest life of a function that asks for tokens (`timeout` in serverless.yml). No lease is
 * longer, whatever a clock says.
 */
export const functionLife = 29_000;

/** What is kept of the invocation's time for the write after the provider's answer. */
export const writeReserve = 5_000;

/**
 * With less than this left the provider is not asked: it is given 18 s at least, since an answer that
 * comes to nobody can cost the connection. What other bounds cost: docs/refresh.md.
 */
export const shortestQuestion = 18_000 + writeReserve;

/** With less than this left no refresh is begun: the lease and the key take their time too. */
export const shortestRefresh = shortestQuestion + 1_000;

/**
 * With less than this left a question whose answer was lost or refused is not repeated. Shorter than
 * {@link shortestQuestion}, since the first one has put the tokens in doubt already.
 */
export const shortestRepeat = 10_000;

/** With less than this left no installation token is minted. Minting consumes nothing. */
export const shortestMint = 10_000;

/** How long to try for the lease when the table cannot be reached. */
export const leaseEffort = 4_000;

/** Seconds after which a caller may ask again when the lease could not be written. */
export const tableRest = 5;

/** For replicas to catch up, before a refused or unanswered refresh is repeated. */
export const settle = 250;

/** How often the same refresh token is sent again after its answer was lost. */
export const repeats = 2;

/** How long a host may take until it knows an access token of its own everywhere. */
export const settling = 5_000;

/** Between two refreshes that fail: 30 s by any two clocks. */
export const cooldown = 30_000 + clockSkew;

/** However long a provider asks to be left alone, it is asked again after this. */
export const longestCooldown = 3_600_000;

/** How long a caller waits for somebody else's refresh, and how it polls meanwhile. */
export const waitInAll = 5_000;
export const firstPoll = 100;
export const slowestPoll = 1_000;

/** What a waiting caller keeps for its own reply. */
export const replyReserve = 1_000;

/** Seconds after which a caller that waited in vain may ask again. */
export const askAgain = 2;
