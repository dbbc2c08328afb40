import { ForgebridgeError } from '../errors.ts';
import type {
  AuthorizationRequest,
  CodeExchange,
  RefreshRequest,
  TokenSet,
} from '../oauth/tokens.ts';
import { defined } from '../primitives/defined.ts';
import type { Access, Account } from './account.ts';
import type { Creation } from './creation.ts';
import type { Installations } from './installation.ts';
import type { Page, Repository, RepositoryFilter } from './repository.ts';
import type { ProviderSettings } from './settings.ts';

export * from './account.ts';
export * from './creation.ts';
export * from './installation.ts';
export * from './repository.ts';
export * from './settings.ts';

/** What a client needs from outside: settings say where, these say how. */
export interface ProviderContext {
  readonly settings: ProviderSettings;
  /** The only way out: limits, timeouts and retries live behind it. */
  readonly fetch: typeof fetch;
  /** Client secrets that are live now, newest first; two of them while one is being rotated. */
  readonly clientSecrets: () => Promise<readonly string[]>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told how many rows of a list could not be read and were left out. */
  readonly leftOut?: (rows: number) => void;
}

/**
 * One Git host. What only some hosts offer is an optional member: ask for it with
 * {@link capability}. Every call raises `ForgebridgeError` alone:
 *
 * - access token refused (401): `ReconnectRequired`, `reason: 'access_token_rejected'`
 * - a refresh token that is spent, expired or revoked: `ReconnectRequired`, `reason: 'invalid_grant'`
 * - an authorization code that is spent, expired or of another flow: `StateMismatch`, `reason: 'code_rejected'`
 * - our own client id, secret or redirect URI refused: `Misconfigured`, `reason: 'invalid_client'`
 * - permission, scope or installation lacking: `Forbidden`, `ScopeMissing`, `InstallationRequired`
 * - not there, or hidden from this user: `NotFound`
 * - name taken: `AlreadyExists`; input the host refuses: `InvalidInput`
 * - over a limit: `RateLimited` with `retryAfter`
 * - 5xx or no connection: `ProviderUnavailable`; no answer in time, or the answer was cut off:
 *   `ProviderTimeout` (the provider may have acted); not understood: `ProviderProtocol`
 */
export interface Provider {
  readonly settings: ProviderSettings;
  /** What `iss` must equal when a callback carries it (RFC 9207); missing: the web URL. */
  readonly issuer?: string;
  /** What a refresh does to the access token before it. */
  readonly rotation: 'kills-access' | 'overlaps';

  authorizeUrl(request: AuthorizationRequest): string;
  exchange(request: CodeExchange): Promise<TokenSet>;
  refresh?(request: RefreshRequest): Promise<TokenSet>;
  /**
   * Ends this token, not the user's whole grant. A token that is already dead is a success. `signal`
   * ends the attempt, raised as `ProviderTimeout`.
   */
  revoke?(
    tokens: { accessToken: string; refreshToken?: string },
    signal?: AbortSignal,
  ): Promise<void>;

  /**
   * The host's own word, given to the app, on whether an access token is alive. False only when it says
   * that it is not. `signal` as in `revoke`.
   */
  isAlive?(accessToken: string, signal?: AbortSignal): Promise<boolean>;

  /** Whose token this is. */
  identify(token: string): Promise<Account>;
  repositories(access: Access, filter: RepositoryFilter): Promise<Page<Repository>>;
  /** Missing where nothing can be created. */
  readonly creation?: Creation;
  readonly installations?: Installations;
}

/** Names of the members that may be missing. */
type Optional<T> = {
  [Member in keyof T]-?: undefined extends T[Member] ? Member : never;
}[keyof T];

/**
 * The optional member of that name, of a provider or of its {@link Creation}.
 *
 * @throws ForgebridgeError `Unsupported` when this host does not offer it.
 */
export function capability<Offer extends object, Member extends Optional<Offer> & string>(
  offer: Offer,
  member: Member,
  remedy?: string,
): NonNullable<Offer[Member]> {
  const found = offer[member];
  if (found === undefined || found === null) {
    throw new ForgebridgeError('Unsupported', {
      reason: `no_${member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      ...defined({ remedy }),
    });
  }
  // Members are plain functions or objects made by closure: no receiver to lose.
  return found;
}
