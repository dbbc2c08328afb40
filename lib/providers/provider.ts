import { ForgebridgeError } from '../errors.ts';

/** Which client serves a provider. */
export const kinds = ['github', 'gitlab', 'gitee', 'atomgit'] as const;
export type Kind = (typeof kinds)[number];

/** One configured Git host, as written in `infra/providers.yml`. URLs have no trailing slash. */
export interface ProviderSettings {
  /** Stable id, part of every URL that names the provider: `github`, `gitlab-acme`. */
  readonly id: string;
  readonly kind: Kind;
  /** What end users read. */
  readonly name: string;
  /** Generation of a host's API, where it has several (`2023`, `v5`). */
  readonly flavour?: string;
  /** Where people sign in and look at repositories, e.g. `https://github.com`. */
  readonly webUrl: string;
  /** Root of the REST API, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The host always sends `iss` on the callback (RFC 9207): its absence is then refused. */
  readonly sendsIssuer?: boolean;
  /** App id, the issuer of the app's JWT. */
  readonly appId?: string;
  /** The app's name in its installation URL. */
  readonly appSlug?: string;
  readonly disabled?: boolean;
}

/** What a client needs from outside: settings say where, these say how. */
export interface ProviderContext {
  readonly settings: ProviderSettings;
  /** The only way out: limits, timeouts and retries live behind it. */
  readonly fetch: typeof fetch;
  /** Client secrets that are live now, newest first; two of them while one is being rotated. */
  readonly clientSecrets: () => Promise<readonly string[]>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The user's access token and the account it belongs to; every call on a user's behalf takes it. */
export interface Access {
  readonly token: string;
  readonly login: string;
}

/** What the provider handed out. Times are epoch milliseconds; a missing time means "does not expire". */
export interface TokenSet {
  readonly accessToken: string;
  /** Missing after a refresh: the old one stays in use. */
  readonly refreshToken?: string;
  readonly expiresAt?: number;
  readonly refreshExpiresAt?: number;
  /** As granted, which can be less than was asked for. Missing: the provider does not say. */
  readonly scopes?: readonly string[];
}

export interface Account {
  /** Immutable id at the provider, as a string; a login can be renamed, this cannot. */
  readonly id: string;
  readonly login: string;
  readonly name?: string;
}

/** Where repositories live: the user or an organisation (group). */
export interface Namespace {
  readonly id: string;
  /** As it stands in a repository's URL; a nested group has slashes. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'user' | 'organization';
}

export const visibilities = ['public', 'internal', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

export interface Repository {
  readonly id: string;
  /** Namespace path: all of {@link fullName} before the last slash. */
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly webUrl: string;
  readonly cloneUrls: { readonly https: string; readonly ssh?: string };
  /** Missing while the repository has no commit, or when the provider does not say. */
  readonly defaultBranch?: string;
  /** Full name of the repository it was forked or generated from. */
  readonly parent?: string;
  /** Epoch milliseconds by the provider's clock. */
  readonly createdAt?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; hand it back to get the page behind this one. */
  readonly next?: string;
}

export interface PageRequest {
  readonly cursor?: string;
}

export interface RepositoryFilter extends PageRequest {
  /** Namespace path; missing means all that the user can reach. */
  readonly namespace?: string;
}

/** Begins one authorization at the provider (RFC 6749 section 4.1.1, RFC 7636). */
export interface AuthorizationRequest {
  readonly state: string;
  readonly redirectUri: string;
  /** S256 of the flow's verifier; a client whose host takes no PKCE leaves it out of the URL. */
  readonly codeChallenge: string;
}

/** Redeems the code of one authorization (RFC 6749 section 4.1.3). */
export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

export interface RefreshRequest {
  readonly refreshToken: string;
  /** The redirect URI of the authorization; some hosts want it again. */
  readonly redirectUri: string;
  /** Ends the attempt. Raised as `ProviderTimeout`: whether the provider acted is then unknown. */
  readonly signal: AbortSignal;
}

/** The repository to be created. */
export interface NewRepository {
  readonly namespace: Namespace;
  readonly name: string;
  /** Given to the creating call where it takes one; carries the operation's mark until configured. */
  readonly description: string;
  readonly visibility: Visibility;
}

export interface FromTemplate {
  /** Full name of the template repository. */
  readonly template: string;
  readonly includeAllBranches: boolean;
}

export type Readiness =
  | { readonly state: 'ready'; readonly defaultBranch: string }
  | { readonly state: 'pending'; readonly detail: string }
  | { readonly state: 'failed'; readonly reason: string };

/** Missing members stay as they are at the provider. */
export interface RepositorySettings {
  readonly description?: string;
  readonly visibility?: Visibility;
  readonly homepage?: string;
  readonly hasIssues?: boolean;
  readonly hasWiki?: boolean;
  /** Cuts the tie between a fork and its source. */
  readonly detachFork?: boolean;
  /** Turns the host's own CI on (or off, where it can be). */
  readonly ci?: boolean;
}

export interface SeedFile {
  /** Relative, forward slashes, already validated. */
  readonly path: string;
  /** Base64 of the file's bytes. */
  readonly content: string;
}

export interface Commit {
  readonly branch: string;
  readonly message: string;
  readonly files: readonly SeedFile[];
}

/** What a host takes when repositories are created there; asked before anything is created. */
export interface CreationRules {
  readonly visibilities: readonly Visibility[];
  readonly settings: readonly (keyof RepositorySettings)[];
  /** Those of the settings that can be turned on and not off. */
  readonly onlyOn?: readonly (keyof RepositorySettings)[];
  /** Creating calls that take a description, so that the result carries the operation's mark. */
  readonly marks: readonly Strategy[];
  readonly includeAllBranches: boolean;
  readonly name: { readonly maxLength: number; readonly pattern: RegExp };
}

export const strategies = ['generate', 'fork', 'create'] as const;
/** How a repository comes to be; also the name of the contract's member that does it. */
export type Strategy = (typeof strategies)[number];

/** An app installed in an organisation (or at a user). */
export interface Installation {
  readonly id: string;
  readonly account: { readonly id: string; readonly path: string };
  readonly repositorySelection: 'all' | 'selected';
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly createdAt?: number;
  readonly suspended: boolean;
}

/** What an installation token may be narrowed to; missing means all that the installation has. */
export interface InstallationScope {
  readonly permissions?: Readonly<Record<string, string>>;
  /** Repository names (without owner). */
  readonly repositories?: readonly string[];
}

export interface InstallationToken {
  readonly token: string;
  readonly expiresAt: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly repositorySelection: 'all' | 'selected';
}

/** Acting as the app itself. `jwt` is signed by the caller; a client never sees the private key. */
export interface Installations {
  /** Whether a token can be narrowed by permissions and repositories. */
  readonly narrowing: boolean;
  installUrl(): string;
  list(jwt: string, page: PageRequest): Promise<Page<Installation>>;
  token(jwt: string, installationId: string, scope: InstallationScope): Promise<InstallationToken>;
  /** With an installation's own token. `account` is the installation's {@link Installation.account} path. */
  repositories(token: string, account: string, page: PageRequest): Promise<Page<Repository>>;
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
  /** What creation takes here; missing where nothing can be created. */
  readonly creation?: CreationRules;

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

  /** Whose token this is. */
  identify(token: string): Promise<Account>;
  namespaces?(access: Access, page: PageRequest): Promise<Page<Namespace>>;
  repositories(access: Access, filter: RepositoryFilter): Promise<Page<Repository>>;
  /** Undefined only when the host says there is none; any other trouble is raised. */
  findRepository?(access: Access, fullName: string): Promise<Repository | undefined>;

  /** With contents: a first commit on the default branch, so that files can be seeded. */
  create?(access: Access, to: NewRepository): Promise<Repository>;
  generate?(access: Access, from: FromTemplate, to: NewRepository): Promise<Repository>;
  fork?(access: Access, from: FromTemplate, to: NewRepository): Promise<Repository>;
  readiness?(access: Access, repository: RepositoryHandle): Promise<Readiness>;
  configure?(
    access: Access,
    repository: RepositoryHandle,
    settings: RepositorySettings,
  ): Promise<Repository>;
  /** Adds or replaces the files, in one commit where the host can. Doing it again changes nothing. */
  commitFiles?(access: Access, repository: RepositoryHandle, commit: Commit): Promise<void>;
  deleteRepository?(access: Access, repository: RepositoryHandle): Promise<void>;

  readonly installations?: Installations;
}

/** Enough of a {@link Repository} to find it again. */
export type RepositoryHandle = Pick<Repository, 'id' | 'fullName'>;

type Capability = {
  [Member in keyof Provider]-?: undefined extends Provider[Member] ? Member : never;
}[keyof Provider];

/**
 * The optional member of that name, bound to its provider.
 *
 * @throws ForgebridgeError `Unsupported` when this host does not offer it.
 */
export function capability<Member extends Capability>(
  provider: Provider,
  member: Member,
  remedy?: string,
): NonNullable<Provider[Member]> {
  const found = provider[member];
  if (found === undefined) {
    throw new ForgebridgeError('Unsupported', {
      reason: `no_${member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  // Members are plain functions or objects of a provider made by closure: no receiver to lose.
  return found as NonNullable<Provider[Member]>;
}
