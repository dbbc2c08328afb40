import type { Provider } from '../providers/provider.ts';
import type { Opener, Sealer } from '../sealing/sealing.ts';
import type { ConnectionRef } from './connection.ts';
import type { ConnectionStore } from './store.ts';

/** @throws ForgebridgeError `NotFound` when no provider of that id is configured. */
type Providers = (id: string) => Promise<Provider>;

/** Written for each token that is opened or handed out. */
export interface AuditLine {
  /** Id of the connection. */
  readonly connection: string;
  readonly provider: string;
  /** Who asked: the name of an API key, of a function, of a workflow step. */
  readonly caller: string;
  /** What for, in a few fixed words. */
  readonly purpose: string;
  readonly generation: number;
  /** A refresh token never leaves the vault; its line says that one was used. */
  readonly token: 'access' | 'refresh';
}

/** What {@link Vault.count} is told. `misconfigured` and `record_refused` call the operator. */
export const outcomes = [
  'handed_out',
  'refreshed',
  'rotation_superseded',
  'refresh_in_progress',
  'reconnect_required',
  'misconfigured',
  'rate_limited',
  'provider_unavailable',
  'reply_lost',
  'write_retried',
  'own_write_recognised',
  'orphan_revoked',
  'orphan_left',
  'revoked',
  'revocation_pending',
  'revocation_abandoned',
  'record_refused',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Which connection, and why, in one of our own words. */
export interface CountedAbout {
  readonly connection: string;
  readonly reason: string;
}

/** Everything the vault reaches outside itself. Each function takes the members that it needs. */
export interface Vault {
  readonly store: ConnectionStore;
  readonly sealer: Sealer;
  readonly opener: Opener;
  readonly providers: Providers;
  /** Epoch milliseconds. */
  now(): number;
  /** At least 0, below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
  /** A signal that fires after that time, as `AbortSignal.timeout` does. */
  timeLimit(milliseconds: number): AbortSignal;
  audit(line: AuditLine): void;
  /** One more for the metric of that {@link Outcome}; told `about` what, it is logged too. */
  count(outcome: Outcome, about?: CountedAbout): void;
}

/** On whose behalf a token is opened; goes into the audit line. */
export interface Asker {
  readonly caller: string;
  readonly purpose: string;
}

/** Asks for a connection's access token. */
export interface TokenRequest extends Asker {
  readonly ref: ConnectionRef;
  /** The generation that the provider answered with 401; replaced if it is still the current one. */
  readonly rejectedGeneration?: number | undefined;
  /** Milliseconds that are left of the Lambda invocation. */
  timeLeft(): number;
}
