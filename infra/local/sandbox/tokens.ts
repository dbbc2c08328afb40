import { createHash } from 'node:crypto';
import { defined } from '../../../lib/primitives/defined.ts';
import type { Reuse } from './options.ts';

/** How one host's tokens look and live. Times in milliseconds; a missing time means for ever. */
export interface TokenRules {
  readonly accessPrefix: string;
  readonly accessMs?: number;
  /** Missing: no refresh tokens at all. */
  readonly refreshPrefix?: string;
  readonly refreshMs?: number;
  /** Without this scope tokens live for ever, and there is nothing to refresh. */
  readonly mortalBy?: string;
  readonly reuse: Reuse;
  readonly overlap: boolean;
}

interface Grant {
  readonly login: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
}

/** An authorization that waits to be redeemed. */
interface Code extends Grant {
  readonly code: string;
  readonly challenge?: string;
  readonly expiresAt: number;
}

export interface Token {
  readonly value: string;
  readonly use: 'access' | 'refresh' | 'installation';
  readonly grant: Grant;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  expiresAt?: number;
  state: 'live' | 'revoked';
  spentAt?: number;
  /** For an installation token: whose, and what it may do. */
  readonly installation?: {
    readonly account: string;
    readonly permissions: Readonly<Record<string, string>>;
    readonly repositories?: readonly string[];
  };
}

export interface Pair {
  readonly access: Token;
  readonly refresh?: Token;
}

export interface TokenStore {
  /** Every code and token ever handed out, dead ones too. */
  readonly all: Token[];
  readonly codes: readonly Code[];
  issueCode(grant: Grant, challenge: string | undefined): string;
  /** One use, ten minutes, and the verifier must match where a challenge was given (RFC 7636). */
  redeem(code: string, verifier: string | undefined): Grant | undefined;
  issue(grant: Grant): Pair;
  mint(
    token: Pick<Token, 'grant' | 'installation'> & { prefix: string; length: number; ms: number },
  ): Token;
  find(value: string): Token | undefined;
  standing(value: string, use: Token['use'][]): Token | 'unknown' | 'expired' | 'revoked';
  /** New tokens for a refresh token; undefined when it is spent, dead or unknown. */
  refresh(value: string): Pair | undefined;
  /** Only a new access token, the refresh token stays. */
  renew(value: string, refreshMs: number): Pair | undefined;
  revoke(value: string): void;
  revokeGrant(grant: Grant): void;
}

const tenMinutes = 600_000;
const leewayMs = 10_000;

function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** A store that knows `all` these tokens and adds to them. `random` gives that many random bytes. */
export function createTokenStore(
  rules: TokenRules,
  now: () => number,
  random: (bytes: number) => Buffer,
  all: Token[],
): TokenStore {
  const codes = new Map<string, Code>();
  const issuedCodes: Code[] = [];
  const fresh = (prefix: string) => prefix + random(20).toString('hex');
  const lives = (token: Token) =>
    token.state === 'live' && (token.expiresAt === undefined || now() < token.expiresAt);

  function add(
    use: Token['use'],
    value: string,
    grant: Grant,
    ms: number | undefined,
    installation?: Token['installation'],
  ): Token {
    const token: Token = {
      value,
      use,
      grant,
      createdAt: now(),
      state: 'live',
      ...defined({ expiresAt: ms === undefined ? undefined : now() + ms, installation }),
    };
    all.push(token);
    return token;
  }
  function revokeAll(dead: (token: Token) => boolean): void {
    for (const token of all.filter(dead)) token.state = 'revoked';
  }
  function issue(grant: Grant): Pair {
    const mortal = rules.mortalBy === undefined || grant.scopes.includes(rules.mortalBy);
    const life = mortal ? rules.accessMs : undefined;
    const access = add('access', fresh(rules.accessPrefix), grant, life);
    if (rules.refreshPrefix === undefined || !mortal) return { access };
    return { access, refresh: add('refresh', fresh(rules.refreshPrefix), grant, rules.refreshMs) };
  }
  function usable(token: Token): boolean {
    if (token.spentAt === undefined) return lives(token);
    if (rules.reuse === 'leeway') return now() < token.spentAt + leewayMs;
    if (rules.reuse === 'revokes-on-reuse') revokeAll((each) => each.grant === token.grant);
    return false;
  }
  const refreshToken = (value: string) =>
    all.find((each) => each.value === value && each.use === 'refresh');

  return {
    all,
    codes: issuedCodes,
    issueCode(grant, challenge) {
      const code = random(20).toString('hex');
      const entry: Code = {
        ...grant,
        code,
        expiresAt: now() + tenMinutes,
        ...defined({ challenge }),
      };
      codes.set(code, entry);
      issuedCodes.push(entry);
      return code;
    },
    redeem(code, verifier) {
      const found = codes.get(code);
      codes.delete(code);
      if (found === undefined || now() >= found.expiresAt) return undefined;
      if (found.challenge !== undefined && s256(verifier ?? '') !== found.challenge)
        return undefined;
      return { login: found.login, scopes: found.scopes, redirectUri: found.redirectUri };
    },
    issue,
    mint({ grant, installation, prefix, length, ms }) {
      const value =
        prefix +
        random(Math.ceil(length / 2))
          .toString('hex')
          .slice(prefix.length);
      return add('installation', value, grant, ms, installation);
    },
    find: (value) => all.find((each) => each.value === value),
    standing(value, use) {
      const token = all.find((each) => each.value === value && use.includes(each.use));
      if (token === undefined) return 'unknown';
      if (token.state === 'revoked') return 'revoked';
      return lives(token) ? token : 'expired';
    },
    refresh(value) {
      const old = refreshToken(value);
      if (old === undefined || !usable(old)) return undefined;
      old.spentAt ??= now();
      old.state = 'revoked';
      if (!rules.overlap) {
        revokeAll((each) => each.use === 'access' && each.grant === old.grant);
      }
      return issue(old.grant);
    },
    renew(value, refreshMs) {
      const old = refreshToken(value);
      if (old === undefined || !lives(old)) return undefined;
      old.expiresAt = now() + refreshMs;
      return {
        access: add('access', fresh(rules.accessPrefix), old.grant, rules.accessMs),
        refresh: old,
      };
    },
    revoke(value) {
      revokeAll((each) => each.value === value);
    },
    revokeGrant(grant) {
      revokeAll((each) => each.grant === grant);
    },
  };
}
