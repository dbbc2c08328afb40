import { createHash } from 'node:crypto';

/** File path → blob; folders follow from the paths. */
export type Tree = ReadonlyMap<string, { readonly mode: string; readonly sha: string }>;

interface CommitObject {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The objects themselves, by id. */
export interface ObjectData {
  readonly blobs: Map<string, Buffer>;
  readonly trees: Map<string, Tree>;
  readonly commits: Map<string, CommitObject>;
}

/** One host's Git objects. Blob ids are Git's own; trees and commits only have the form of it. */
export interface ObjectStore {
  putBlob(content: Buffer): string;
  putTree(tree: Tree): string;
  putCommit(commit: Omit<CommitObject, 'sha'>): CommitObject;
  blob(sha: string): Buffer | undefined;
  tree(sha: string): Tree | undefined;
  commit(sha: string): CommitObject | undefined;
}

function sha1(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** A store over these objects, to which new ones are added. */
export function createObjectStore({ blobs, trees, commits }: ObjectData): ObjectStore {
  return {
    putBlob(content) {
      const sha = sha1('blob', content);
      blobs.set(sha, content);
      return sha;
    },
    putTree(tree) {
      const lines = [...tree].map(([path, entry]) => `${entry.mode} ${path}\0${entry.sha}`).sort();
      const sha = sha1('tree', Buffer.from(lines.join('\n')));
      trees.set(sha, new Map(tree));
      return sha;
    },
    putCommit(fields) {
      const commit = { ...fields, sha: sha1('commit', Buffer.from(JSON.stringify(fields))) };
      commits.set(commit.sha, commit);
      return commit;
    },
    blob: (sha) => blobs.get(sha),
    tree: (sha) => trees.get(sha),
    commit: (sha) => commits.get(sha),
  };
}

/** Whether `ancestor` is reachable from `sha`: an update of a branch to `sha` is a fast-forward. */
export function descends(store: ObjectStore, sha: string, ancestor: string): boolean {
  const waiting = [sha];
  const seen = new Set<string>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === ancestor) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(store.commit(next)?.parents ?? []));
  }
  return false;
}
