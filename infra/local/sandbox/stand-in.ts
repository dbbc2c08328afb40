import type { Hono } from 'hono';
import type { Documented } from './description/description.ts';
import type { Host } from './host.ts';
import type { HostSettings, RateLimit, SandboxOptions } from './options.ts';
import type { TokenRules } from './tokens.ts';
import type { Wire } from './wire.ts';

/** What one stand-in is: who it says it is, how its tokens live, and what it serves. */
export interface StandIn {
  /** The ways in which it can be registered with, by what people call them, where it is not one of its name. */
  readonly guises?: Readonly<Record<string, SandboxOptions>>;
  readonly settings: (
    options: SandboxOptions,
  ) => Omit<HostSettings, 'id' | 'webUrl' | 'apiUrl' | 'appPrivateKey'>;
  readonly apiPath: string;
  readonly oauth: {
    readonly authorizePath: string;
    readonly tokenPath: string;
    /** How the token endpoint takes its members. */
    readonly body: 'form' | 'json';
    /** Whether it takes a code verifier (RFC 7636). */
    readonly pkce: boolean;
  };
  /** Where the API says whose a token is. */
  readonly userPath: string;
  readonly tokens: (options: SandboxOptions) => Omit<TokenRules, 'reuse' | 'overlap'>;
  /** Whether a refresh leaves the access token before it alive. */
  readonly overlap: boolean;
  readonly rateLimit: RateLimit;
  /** Its own words for "too many requests", where they are not JSON. */
  readonly tooMany?: (retryAfter: number) => Response;
  /** Groups may stand in groups. */
  readonly nestedGroups?: boolean;
  /** New repositories have the host's own CI turned on. */
  readonly ciFromTheStart?: boolean;
  /** What the host publishes: nothing else is taken or answered. Read when it is asked for. */
  readonly documented: () => Documented;
  readonly serve: (host: Host) => Hono<Wire>;
}

export const second = 1000;
export const hour = 3600 * second;
export const day = 24 * hour;
