import { createObjectStore, type ObjectData, type ObjectStore, type Tree } from './git.ts';
import { type Behaviour, beginImport, type ImportJob, importStatus } from './imports.ts';
import type { ImportPace } from './options.ts';

export type Visibility = 'public' | 'internal' | 'private';

/** A user or an organisation. `login` is the whole path of a nested group. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly kind: 'user' | 'organization';
  /** Logins that may create here; a user is the only member of itself. */
  readonly members: readonly string[];
  /** The installation of the host's app, when it is installed here. */
  installation?: number;
  readonly createdAt: number;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  /** Last part of the URL; `name` is what people read and may differ. */
  path: string;
  name: string;
  description: string;
  homepage: string;
  visibility: Visibility;
  hasIssues: boolean;
  hasWiki: boolean;
  canComment: boolean;
  isTemplate: boolean;
  /** Whether the host's own CI is on. */
  ci: boolean;
  defaultBranch: string;
  /** Branch → commit id. Empty: no commits. */
  readonly branches: Map<string, string>;
  readonly protectedBranches: Set<string>;
  readonly behaviour: Behaviour;
  readonly createdAt: number;
  /** Until then the host's contents and Git calls do not know the repository yet. */
  readonly settledAt: number;
  /** Full name of the source of a fork. */
  parent?: string;
  /** Full name of the template it was generated from. */
  readonly template?: string;
  job?: ImportJob;
}

export type NewRepository = Pick<Repository, 'owner' | 'path'> & Partial<Omit<Repository, 'id'>>;

/** Path → content, or undefined to delete. */
type Changes = ReadonlyMap<string, Buffer | undefined>;

/** What there is in one world, without the ways to change it. */
export interface WorldData {
  readonly accounts: Account[];
  readonly repositories: Map<number, Repository>;
  readonly objects: ObjectData;
  /** Full names that repositories had before, in lower case, and which repositories. */
  readonly formerNames: Map<string, number>;
  lastId: number;
}

/** One host's accounts, repositories and Git objects. */
export interface World {
  readonly data: WorldData;
  readonly objects: ObjectStore;
  readonly accounts: readonly Account[];
  addAccount(account: Omit<Account, 'id' | 'createdAt'>): Account;
  account(login: string): Account | undefined;
  /** By full name (case does not matter) or id. Copies that are due are finished first. */
  repository(key: string | number): Repository | undefined;
  repositories(): readonly Repository[];
  add(repository: NewRepository): Repository;
  /** Begins a copy of `source` into a new repository. */
  copy(source: Repository, to: NewRepository, branches: 'default' | 'all'): Repository;
  remove(repository: Repository): void;
  /** Gives it another path; the host remembers the old name until something else takes it. */
  rename(repository: Repository, path: string): void;
  /** The repository that had this name, if nothing else has it now. */
  formerly(name: string): Repository | undefined;
  tree(repository: Repository, ref: string): Tree | undefined;
  commit(
    repository: Repository,
    branch: string,
    by: string,
    message: string,
    changes: Changes,
  ): string;
}

/** `owner/path`. */
export function fullName(repository: Pick<Repository, 'owner' | 'path'>): string {
  return `${repository.owner.login}/${repository.path}`;
}

/** Whether the user may create in that account and write its repositories. */
export function mayWrite(account: Account, login: string): boolean {
  return account.members.includes(login);
}

/** Whether the user may see the repository. */
export function mayRead(repository: Repository, login: string): boolean {
  return repository.visibility !== 'private' || mayWrite(repository.owner, login);
}

/** A copy's state, when the repository was made by one. */
export function importState(
  repository: Repository,
  now: number,
): { status: string; error?: string } {
  return repository.job === undefined ? { status: 'none' } : importStatus(repository.job, now);
}

/** Nothing yet. Ids begin at `firstId`, so that no two hosts share any. */
export function emptyWorld(firstId: number): WorldData {
  return {
    accounts: [],
    repositories: new Map(),
    objects: { blobs: new Map(), trees: new Map(), commits: new Map() },
    formerNames: new Map(),
    lastId: firstId,
  };
}

/** The world in which `data` is what there is. */
export function createWorld(data: WorldData, pace: ImportPace, now: () => number): World {
  const objects = createObjectStore(data.objects);
  const { accounts, repositories } = data;
  const nextId = () => ++data.lastId;

  function settle(repository: Repository): Repository {
    const { job } = repository;
    if (
      job !== undefined &&
      repository.branches.size === 0 &&
      importStatus(job, now()).status === 'finished'
    ) {
      for (const [branch, sha] of job.branches) repository.branches.set(branch, sha);
    }
    return repository;
  }

  function find(key: string | number): Repository | undefined {
    if (typeof key === 'number') return repositories.get(key);
    const wanted = key.toLowerCase();
    return [...repositories.values()].find((each) => fullName(each).toLowerCase() === wanted);
  }

  function treeAt(repository: Repository, ref: string): Tree | undefined {
    const commit = objects.commit(settle(repository).branches.get(ref) ?? ref);
    return commit === undefined ? undefined : objects.tree(commit.tree);
  }

  const world: World = {
    data,
    objects,
    accounts,
    addAccount(fields) {
      const account = { ...fields, id: nextId(), createdAt: now() };
      accounts.push(account);
      return account;
    },
    account: (login) => accounts.find((each) => each.login.toLowerCase() === login.toLowerCase()),
    repository(key) {
      const found = find(key);
      return found === undefined ? undefined : settle(found);
    },
    repositories: () => [...repositories.values()].map(settle),
    add(fields) {
      const repository: Repository = {
        name: fields.path,
        description: '',
        homepage: '',
        visibility: 'private',
        hasIssues: true,
        hasWiki: true,
        canComment: true,
        isTemplate: false,
        ci: false,
        defaultBranch: 'main',
        branches: new Map(),
        protectedBranches: new Set(),
        behaviour: 'normal',
        createdAt: now(),
        settledAt: 0,
        ...fields,
        id: nextId(),
      };
      repositories.set(repository.id, repository);
      return repository;
    },
    copy(source, to, branches) {
      const copied = [...settle(source).branches].filter(
        ([branch]) => branches === 'all' || branch === source.defaultBranch,
      );
      const { defaultBranch, behaviour } = source;
      const job = beginImport({ branches: new Map(copied), defaultBranch, behaviour }, pace, now());
      return world.add({ ...to, defaultBranch, job });
    },
    remove: (repository) => void repositories.delete(repository.id),
    rename(repository, path) {
      data.formerNames.set(fullName(repository).toLowerCase(), repository.id);
      repository.path = path;
    },
    formerly(name) {
      const id = data.formerNames.get(name.toLowerCase());
      return id === undefined || find(name) !== undefined ? undefined : repositories.get(id);
    },
    tree: treeAt,
    commit(repository, branch, by, message, changes) {
      const head = settle(repository).branches.get(branch);
      const files = new Map(head === undefined ? [] : treeAt(repository, branch));
      for (const [path, content] of changes) {
        if (content === undefined) files.delete(path);
        else files.set(path, { mode: '100644', sha: objects.putBlob(content) });
      }
      const parents = head === undefined ? [] : [head];
      const tree = objects.putTree(files);
      const { sha } = objects.putCommit({ tree, parents, message, author: by, at: now() });
      repository.branches.set(branch, sha);
      return sha;
    },
  };
  return world;
}
