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

/** Enough of a {@link Repository} to find it again. */
export type RepositoryHandle = Pick<Repository, 'id' | 'fullName'>;
