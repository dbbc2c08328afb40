import type { Scenario } from './scenarios.ts';

/** Something that lib/vault does lest a token be lost, and the code that does it. */
export interface Guard {
  /** What docs/refresh.md says of it. */
  readonly does: string;
  /** Where it shows what it is worth. */
  readonly scenario: Scenario;
  readonly edits: readonly Edit[];
}

/** Code that a file has once; with `without` in its place the guard is gone. */
export interface Edit {
  /** Under the root of the project. */
  readonly file: string;
  readonly code: string;
  readonly without: string;
}

const memory = 'test/simulation/memory-store.ts';

/**
 * Every guard of docs/refresh.md, in the order of the steps. A condition of the table is taken out of
 * the store in memory, which random calls hold to the one in DynamoDB.
 */
export const guards = {
  'in-doubt': {
    does: 'a token whose refresh is under way is not handed out where the refresh kills it',
    scenario: 'slow provider, 8 to 18 s',
    edits: [
      {
        file: 'lib/vault/assess.ts',
        code: "const inDoubt = provider.rotation === 'kills-access' && record.leaseUntil !== undefined;",
        without: 'const inDoubt = false;',
      },
    ],
  },
  cooldown: {
    does: 'after a failure the provider is left alone for 30 s',
    scenario: 'provider down for up to 30 s',
    edits: [
      {
        file: 'lib/lease/timing.ts',
        code: 'export const cooldown = 30_000 + clockSkew;',
        without: 'export const cooldown = 0;',
      },
    ],
  },
  'overlong-lease': {
    does: 'a lease longer than a function lives is brought down',
    scenario: 'a holder a day ahead, that dies',
    edits: [
      {
        file: 'lib/lease/lease.ts',
        code: "return until > latestEnd(now) ? 'overlong' : 'held';",
        without: "return 'held';",
      },
    ],
  },
  'time-enough': {
    does: 'no refresh is begun with less than 24 s, no question asked with less than 23 s',
    scenario: 'little time left, slow provider',
    edits: [
      {
        file: 'lib/lease/timing.ts',
        code: 'export const shortestQuestion = 18_000 + writeReserve;',
        without: 'export const shortestQuestion = 4_000 + writeReserve;',
      },
    ],
  },
  'time-before-question': {
    does: 'the time is looked at again directly before the question',
    scenario: 'little time left, slow key and provider',
    edits: [
      {
        file: 'lib/vault/ask-provider.ts',
        code: 'if (request.timeLeft() < shortestQuestion) {',
        without: 'if (request.timeLeft() < shortestQuestion - 60_000) {',
      },
    ],
  },
  lease: {
    does: 'one refresh at a time',
    scenario: 'slow provider, 8 to 18 s',
    edits: [
      {
        file: memory,
        code: 'leaseUntil === undefined || leaseId === lease.id || leaseUntil < now - clockSkew;',
        without: 'leaseUntil === undefined || leaseId !== undefined;',
      },
    ],
  },
  'lease-for-life': {
    does: 'the lease ends when its holder cannot live any more',
    scenario: 'slow provider, 8 to 18 s',
    edits: [
      {
        file: 'lib/vault/take-lease.ts',
        code: 'const end = () => vault.now() + Math.min(request.timeLeft(), functionLife);',
        without: 'const end = () => vault.now() + Math.min(request.timeLeft(), 10_000);',
      },
    ],
  },
  skew: {
    does: 'a lease is over only 2 s after its end',
    scenario: 'clocks ±1 s, writes refused to the last moment',
    edits: [
      {
        file: 'lib/lease/lease.ts',
        code: "until < now - clockSkew) return 'free';",
        without: "until < now) return 'free';",
      },
      {
        file: memory,
        code: 'leaseUntil < now - clockSkew;',
        without: 'leaseUntil < now;',
      },
    ],
  },
  'clock-after-lease': {
    does: 'a lease that was taken by a clock that jumped is not used',
    scenario: 'clocks that jump by a day for a moment',
    edits: [
      {
        file: 'lib/vault/take-lease.ts',
        code: 'Math.abs(mine.until - end()) < clockSkew',
        without: 'Math.abs(mine.until - end()) >= 0',
      },
    ],
  },
  'key-before-question': {
    does: 'the sealing key is in memory before the provider is asked',
    scenario: 'little time left, slow key and provider',
    edits: [
      {
        file: 'lib/vault/refresh.ts',
        code: 'const record = await storeRotation(vault, request, held, seal, whole);',
        without:
          'const late = await vault.sealer.ready();\n  const record = await storeRotation(vault, request, held, late ?? seal, whole);',
      },
    ],
  },
  'write-reserve': {
    does: 'of the time, 5 s are kept for the write',
    scenario: 'answers at the last moment, writes refused for up to 4 s',
    edits: [
      {
        file: 'lib/vault/ask-provider.ts',
        code: 'const signal = vault.timeLimit(request.timeLeft() - writeReserve);',
        without: 'const signal = vault.timeLimit(request.timeLeft());',
      },
    ],
  },
  'lost-repeats': {
    does: 'a lost answer is asked for again with the same token, twice',
    scenario: 'replies lost after the provider acted',
    edits: [
      {
        file: 'lib/lease/timing.ts',
        code: 'export const repeats = 2;',
        without: 'export const repeats = 0;',
      },
    ],
  },
  gateway: {
    does: 'a 502 is a lost answer',
    scenario: 'gateways that answer 502 after the provider acted',
    edits: [
      {
        file: 'lib/oauth/grant.ts',
        code: 'if (gateway.includes(status)) {',
        without: 'if (gateway.includes(status - 1_000)) {',
      },
    ],
  },
  'refused-repeat': {
    does: 'a refused refresh is asked once more',
    scenario: 'refresh tokens refused once in error',
    edits: [
      {
        file: 'lib/vault/ask-provider.ts',
        code: 'const repeatsLeft = { refused: 1,',
        without: 'const repeatsLeft = { refused: 0,',
      },
    ],
  },
  'refused-look': {
    does: 'after a refusal the record is looked at: something newer wins',
    scenario: 'user connects anew, slow table',
    edits: [
      {
        file: 'lib/vault/ask-provider.ts',
        code: "if (answer.kind === 'refused' && (await superseded(vault, request, held))) return undefined;",
        without: 'void superseded;',
      },
    ],
  },
  'broken-fence': {
    does: 'a newer generation is not marked for what befell an older one',
    scenario: 'user connects anew, slow table',
    edits: [
      {
        file: memory,
        code: 'rows.update(fence, (found) => active(found, fence), {\n          ...change,',
        without: "rows.update(fence, (found) => found.status === 'active', {\n          ...change,",
      },
    ],
  },
  'kept-refresh-token': {
    does: 'without a new refresh token in the answer the old one stays',
    scenario: 'answers without a new refresh token',
    edits: [
      {
        file: 'lib/vault/tokens.ts',
        code: 'refreshToken: tokens.refreshToken ?? heldRefreshToken,',
        without: "refreshToken: tokens.refreshToken ?? '',",
      },
    ],
  },
  'generation-fence': {
    does: 'new tokens are written only over the generation that was consumed',
    scenario: 'user connects anew, slow provider',
    edits: [
      {
        file: memory,
        code: "(found) => sameGeneration(found, fence) && found.status !== 'revoked',",
        without: "(found) => found.status !== 'revoked',",
      },
    ],
  },
  grant: {
    does: 'and of the same consent: one that was deleted and given again begins anew',
    scenario: 'user leaves and comes back during a slow refresh',
    edits: [
      {
        file: 'lib/vault/record.ts',
        code: 'return one.gen === other.gen && one.grant === other.grant;',
        without: 'return one.gen === other.gen;',
      },
    ],
  },
  tombstone: {
    does: 'a refresh does not bring back what the user has ended',
    scenario: 'user leaves and comes back during a slow refresh',
    edits: [
      {
        file: memory,
        code: "(found) => sameGeneration(found, fence) && found.status !== 'revoked',",
        without: '(found) => sameGeneration(found, fence),',
      },
    ],
  },
  'write-again': {
    does: 'the write is repeated until it is done',
    scenario: '35 % of writes throttled',
    edits: [
      {
        file: 'lib/vault/store-rotation.ts',
        code: 'return persist(vault, request.timeLeft, store, { inHand: true });',
        without: 'return store();',
      },
    ],
  },
  'in-hand': {
    does: 'nothing that the table says is final while new tokens are in hand',
    scenario: 'writes refused for up to 3 s',
    edits: [
      {
        file: 'lib/lease/persist.ts',
        code: 'const final = !inHand && isForgebridgeError(error) && !error.retryable;',
        without: 'const final = isForgebridgeError(error) && !error.retryable;',
      },
    ],
  },
  'own-write': {
    does: 'a write that happened although the table said otherwise is known by its id',
    scenario: 'writes echoed',
    edits: [
      {
        file: 'lib/vault/store-rotation.ts',
        code: 'const own = current?.write === write;',
        without: 'const own = false as boolean;',
      },
    ],
  },
  'late-orphan': {
    does: 'tokens that came after the user has left are revoked',
    scenario: 'user leaves and comes back during a slow refresh',
    edits: [
      {
        file: 'lib/vault/refresh.ts',
        code: 'await endOrphan(vault, request, held, provider, seal, whole);',
        without: 'void endOrphan;',
      },
    ],
  },
  settling: {
    does: 'a 401 to a new token is looked at again for 5 s',
    scenario: 'replicas that lag up to 3 s',
    edits: [
      {
        file: 'lib/lease/settling.ts',
        code: 'return unknown(error) && tries <= pauses',
        without: 'return unknown(error) && tries < 1',
      },
    ],
  },
  'refusals-apart': {
    does: 'a token that never ends is given up on the host’s own word, or after refusals minutes apart',
    scenario: '401 to every token for up to a minute',
    edits: [
      {
        file: 'lib/vault/refusal.ts',
        code: 'if (!isDead) {',
        without: 'if (!isDead && now < 0) {',
      },
    ],
  },
  'host-again': {
    does: 'before a consent replaces another, the host is asked once more whether it takes it',
    scenario: 'consents that cross, processes that stand still',
    edits: [
      {
        file: 'lib/vault/connect.ts',
        code: 'if (before !== undefined && !(await isTaken(identify))) return before;',
        without: 'void isTaken;',
      },
    ],
  },
  remnant: {
    does: 'a revocation that is pending survives a new consent',
    scenario: 'user leaves while the provider is down, and comes back',
    edits: [
      {
        file: 'lib/vault/connect.ts',
        code: "if (before?.status === 'revoked') {",
        without: "if (before?.status === 'revoked' && before.gen < 0) {",
      },
    ],
  },
  'callback-revokes': {
    does: 'what a callback can neither store nor keep is revoked, or kept to be revoked',
    scenario: 'user comes back while the table takes no connection',
    edits: [
      {
        file: 'lib/vault/connect.ts',
        code: 'if (await endTokens(vault, authorization, host, tokens)) return;',
        without: 'if (endTokens !== undefined) return;',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Guard>>;

/** The code that a refresh may begin with so many seconds at least. */
export function beginningWith(seconds: number): Edit {
  const { file, code } = guards['time-enough'].edits[0];
  const host = (seconds - 1) * 1_000;
  return { file, code, without: `export const shortestQuestion = ${host};` };
}

export type GuardName = keyof typeof guards;
export const guardNames = Object.keys(guards) as readonly GuardName[]; // its only keys
