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

/** Enough of a {@link Repository} to find it again. */
export type RepositoryHandle = Pick<Repository, 'id' | 'fullName'>;
