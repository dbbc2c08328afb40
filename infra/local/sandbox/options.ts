import type { Kind } from '../../../lib/providers/provider.ts';
import type { HostId, ListenerId } from './registry.ts';
import type { Account, Visibility } from './world.ts';

/** What a providers configuration needs to know of one stand-in. URLs have no trailing slash. */
export interface HostSettings {
  readonly id: HostId;
  readonly kind: Kind;
  readonly flavour?: string;
  readonly name: string;
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly appId?: string;
  readonly appSlug?: string;
  /** PKCS#8 PEM. */
  readonly appPrivateKey?: string;
}

/** How long copies take, in milliseconds of the sandbox clock. */
export interface ImportPace {
  /** Just after creation GitHub's contents and Git calls answer 404 for this long. */
  readonly settleMs: number;
  readonly scheduledMs: number;
  readonly startedMs: number;
  /** Both phases of a copy of `templates/slow` are this many times longer. */
  readonly slowFactor: number;
}

/**
 * What a spent refresh token does when it comes again: nothing (`strict`), end the whole grant
 * (`revokes-on-reuse`), or still work within ten seconds (`leeway`).
 */
export type Reuse = 'strict' | 'revokes-on-reuse' | 'leeway';

/** Requests that one token may send within one window. */
export interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * What hosts do beside their descriptions, each to be switched on:
 *
 * - `ghost-rows`: lists hold a row whose owner is gone, one that is hardly a row, and `null`.
 * - `null-fields`: whatever a host may leave empty is null: dates, owners, descriptions.
 * - `heavy-forks`: in lists, too, a fork carries its parent, which makes it over 12 kB.
 * - `localized-names`: `full_name` is made of display names, and a fork names its parent flat.
 * - `ignored-settings`: visibility and switches are taken with 200 and not applied.
 * - `replica-lag`: a token is unknown for a second after it was handed out.
 */
export const quirks = [
  'ghost-rows',
  'null-fields',
  'heavy-forks',
  'localized-names',
  'ignored-settings',
  'replica-lag',
] as const;
export type Quirk = (typeof quirks)[number];

export interface SandboxOptions {
  readonly quirks?: Partial<Record<HostId, readonly Quirk[]>>;
  /** 0 takes any free port. */
  readonly ports?: Partial<Record<ListenerId, number>>;
  /** Where accounts, repositories, tokens and the clock outlive the sandbox; missing: in memory. */
  readonly folder?: string;
  /** Takes what a person should know of; the console when missing. */
  readonly log?: (line: string) => void;
  /** Epoch milliseconds; the sandbox clock is this plus every `advance`. */
  readonly now?: () => number;
  readonly importPace?: Partial<ImportPace>;
  /** Where an app sends people who installed it, or asked for that: its setup URL. */
  readonly setupUrls?: Partial<Record<HostId, string>>;
  /** Registered callback addresses. Not given: any http address on localhost. */
  readonly redirectUris?: Partial<Record<HostId, readonly string[]>>;
  /** GitHub App (expiring `ghu_` tokens, installations count) or OAuth App (`gho_`, scopes count). */
  readonly githubApp?: 'github-app' | 'oauth-app';
  /** A setting of the OAuth App: its tokens end, whether `offline_access` was asked for or not. */
  readonly githubExpiry?: boolean;
  /** Whether GitHub's callback carries `iss` (RFC 9207). */
  readonly githubIss?: boolean;
  /** Permissions of every installation of the GitHub App. */
  readonly githubPermissions?: Readonly<Record<string, string>>;
  readonly reuse?: Partial<Record<HostId, Reuse>>;
  /** Whether the access token before a refresh lives on until it expires. */
  readonly overlap?: Partial<Record<HostId, boolean>>;
  /** Access token lifetimes in seconds, in place of the published ones. */
  readonly accessSeconds?: Partial<Record<HostId, number>>;
  readonly rateLimits?: Partial<Record<HostId, RateLimit>>;
  /** AtomGit 2023 publishes no paging: without `Link` headers unless asked for. */
  readonly atomgitLinkHeader?: boolean;
  /** Status of AtomGit's 2023 installation tokens; both are seen. */
  readonly atomgitTokenStatus?: 200 | 201;
  /** Length of GitHub's installation tokens, prefix included; 520 unless told. */
  readonly installationTokenLength?: number;
  /** PKCS#8 PEM of the apps' RSA key; one is generated otherwise. */
  readonly appPrivateKey?: string;
}

/** A repository put there by a test. `copies` adds that many, numbered behind the name. */
interface SeedRepository {
  readonly owner: string;
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly visibility?: Visibility;
  readonly isTemplate?: boolean;
  readonly protected?: boolean;
  readonly copies?: number;
  /** Full name of what it was forked from. */
  readonly parent?: string;
}

/** What a test may add to one host. */
export interface Seed {
  readonly organizations?: readonly (Pick<Account, 'login' | 'members'> & {
    readonly installed?: boolean;
  })[];
  readonly repositories?: readonly SeedRepository[];
}

export const defaultPace: ImportPace = {
  settleMs: 300,
  scheduledMs: 2000,
  startedMs: 3000,
  slowFactor: 15,
};
