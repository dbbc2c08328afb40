import type { Access } from './account.ts';
import type {
  Namespace,
  Page,
  PageRequest,
  Repository,
  RepositoryHandle,
  Visibility,
} from './repository.ts';

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
  /** Whether several files are one commit; else each is one of its own. */
  readonly oneCommit: boolean;
  /** A fork is as visible as its source, whatever is asked for. */
  readonly forksKeepVisibility?: boolean;
  readonly name: { readonly maxLength: number; readonly pattern: RegExp };
}

export const strategies = ['generate', 'fork', 'create'] as const;
/** How a repository comes to be; also the name of the contract's member that does it. */
export type Strategy = (typeof strategies)[number];

/** The calls that make a repository, one for each {@link Strategy}. */
interface CreatingCalls {
  /** With contents: a first commit on the default branch, so that files can be seeded. */
  create(access: Access, to: NewRepository): Promise<Repository>;
  generate(access: Access, from: FromTemplate, to: NewRepository): Promise<Repository>;
  fork(access: Access, from: FromTemplate, to: NewRepository): Promise<Repository>;
}

/** What a host that creates must answer besides: what the creation's other steps ask of it. */
interface CreationSteps {
  readonly rules: CreationRules;
  /** Where the user may create. */
  namespaces(access: Access, page: PageRequest): Promise<Page<Namespace>>;
  /**
   * The namespace of that path, asked for by name; without a path the user's own, whatever the
   * account is called now. Undefined when the host says there is none; whether the user may create
   * there can remain to be seen.
   */
  findNamespace(access: Access, path?: string): Promise<Namespace | undefined>;
  /**
   * Undefined only when the host says there is none; any other trouble is raised. Under a former
   * name the host may answer with what is called otherwise now.
   */
  findRepository(access: Access, fullName: string): Promise<Repository | undefined>;
  /** @throws ForgebridgeError `NotFound` where the host shows no such repository. */
  readiness(access: Access, repository: RepositoryHandle): Promise<Readiness>;
  configure(
    access: Access,
    repository: RepositoryHandle,
    settings: RepositorySettings,
  ): Promise<Repository>;
  /**
   * Looks at the files first, and adds or replaces those that are not as they should be, in one commit
   * where the host can. `there` is what it saw: nothing was left to do. Only that word shows that an
   * earlier commit worked.
   */
  commitFiles(
    access: Access,
    repository: RepositoryHandle,
    commit: Commit,
  ): Promise<'there' | 'committed'>;
  /** One that is gone already is a success. */
  deleteRepository?(access: Access, repository: RepositoryHandle): Promise<void>;
}

/** At least one of the members of `T`, and any of the others. */
type AtLeastOne<T> = { [Member in keyof T]: Pick<T, Member> & Partial<T> }[keyof T];

/**
 * Making repositories. It goes together: whoever creates also says what it takes, finds, waits,
 * configures and commits.
 */
export type Creation = CreationSteps & AtLeastOne<CreatingCalls>;
