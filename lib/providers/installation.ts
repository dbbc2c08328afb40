import type { Page, PageRequest, Repository } from './repository.ts';

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
