import type { InstallationScope, InstallationToken } from '../providers/provider.ts';
import type { Asker, Outcome, Vault } from '../vault/vault.ts';
import type { InstallationStore } from './store.ts';

/** Written for each installation token that is handed out. */
export interface InstallationAuditLine extends Asker {
  readonly provider: string;
  readonly installation: string;
  readonly generation: number;
}

/** What installation tokens need from outside. */
export interface InstallationVault
  extends Pick<Vault, 'sealer' | 'opener' | 'now' | 'random' | 'sleep'> {
  readonly store: InstallationStore;
  audit(line: InstallationAuditLine): void;
  count(outcome: Outcome | 'installation_token_minted'): void;
}

/** Asks for the token of one installation and scope. */
export interface InstallationTokenRequest extends Asker {
  readonly provider: string;
  readonly installationId: string;
  readonly scope: InstallationScope;
  /** Asks the host for a token of exactly this scope. Doing it twice harms nobody. */
  readonly mint: () => Promise<InstallationToken>;
  /** The generation that the host answered with 401; replaced if it is still the current one. */
  readonly rejectedGeneration?: number;
  /** Milliseconds that are left of the Lambda invocation. */
  timeLeft(): number;
}
