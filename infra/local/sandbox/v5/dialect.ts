/** Where Gitee and AtomGit v5, which share one API, differ. */
export interface Dialect {
  /** Of a repository made without a template. */
  readonly defaultBranch: string;
  readonly tokenAnswer: {
    /** `token_type`, where it is sent. */
    readonly type?: string;
    readonly createdAt: (epochMs: number) => number | string;
  };
  /** Body of a 401 for each way in which a token is not good. */
  readonly unauthorized: (why: string) => string;
  /** GET contents of a path that is not there: an empty list, or 404. */
  readonly missingContents: 'empty-list' | 'not-found';
  /** Whether `POST …/open` turns on the host's CI. */
  readonly ci: boolean;
  /** Whether several files can be one commit (`POST …/commits`). */
  readonly manyFiles: boolean;
  /** Whether PATCH switches issues and wiki; else `PUT …/module/setting` does. */
  readonly patchSwitches: boolean;
  /** Whether a fork's answer is the whole repository or only its names. */
  readonly forkAnswer: 'whole' | 'names';
}
