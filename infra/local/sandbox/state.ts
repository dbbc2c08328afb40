import type { Host } from './host.ts';
import { type Account, fullName, importState, type Repository } from './world.ts';

interface BranchState {
  readonly head: string;
  /** Newest first. */
  readonly commits: readonly {
    readonly sha: string;
    readonly message: string;
    readonly author: string;
  }[];
  /** Path → content as UTF-8. */
  readonly files: Readonly<Record<string, string>>;
}

interface RepositoryState
  extends Pick<
    Repository,
    | 'id'
    | 'name'
    | 'path'
    | 'description'
    | 'homepage'
    | 'visibility'
    | 'hasIssues'
    | 'hasWiki'
    | 'ci'
    | 'defaultBranch'
    | 'createdAt'
  > {
  readonly fullName: string;
  readonly parent: string | undefined;
  readonly template: string | undefined;
  readonly importStatus: string;
  readonly branches: Readonly<Record<string, BranchState>>;
}

/** Everything one host holds. */
export interface HostState {
  readonly accounts: readonly Account[];
  readonly repositories: readonly RepositoryState[];
  /** Every token ever handed out, dead ones too. */
  readonly tokens: readonly {
    readonly value: string;
    readonly use: string;
    readonly login: string;
    readonly scopes: readonly string[];
    readonly expiresAt: number | undefined;
    readonly live: boolean;
  }[];
  readonly codes: readonly string[];
}

function branchState(
  host: Host,
  repository: Repository,
  branch: string,
  head: string,
): BranchState {
  const { objects } = host.world;
  const commits: { sha: string; message: string; author: string }[] = [];
  let next = objects.commit(head);
  while (next !== undefined) {
    commits.push({ sha: next.sha, message: next.message, author: next.author });
    next = objects.commit(next.parents[0] ?? '');
  }
  const files = [...(host.world.tree(repository, branch) ?? [])].map(
    ([path, { sha }]) => [path, objects.blob(sha)?.toString('utf8') ?? ''] as const,
  );
  return { head, commits, files: Object.fromEntries(files) };
}

function repositoryState(host: Host, repository: Repository): RepositoryState {
  const {
    owner: _owner,
    branches,
    protectedBranches: _protected,
    job: _job,
    ...plain
  } = repository;
  const states = [...branches].map(
    ([branch, head]) => [branch, branchState(host, repository, branch, head)] as const,
  );
  return {
    ...plain,
    fullName: fullName(repository),
    parent: repository.parent,
    template: repository.template,
    importStatus: importState(repository, host.now()).status,
    branches: Object.fromEntries(states),
  };
}

/** A copy of what one host holds now, for tests to look at. */
export function stateOf(host: Host): HostState {
  const { world, tokens } = host;
  return {
    accounts: structuredClone(world.accounts),
    repositories: world.repositories().map((each) => repositoryState(host, each)),
    tokens: tokens.all.map(({ value, use, grant, expiresAt, state }) => ({
      value,
      use,
      login: grant.login,
      scopes: grant.scopes,
      expiresAt,
      live: state === 'live' && (expiresAt === undefined || host.now() < expiresAt),
    })),
    codes: tokens.codes.map(({ code }) => code),
  };
}
