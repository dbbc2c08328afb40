/** Where Gitee and AtomGit v5, which share one API, differ. */
export interface Dialect {
  readonly id: 'gitee' | 'atomgit-v5';
  /** Body of a 401 for each way in which a token is not good. */
  readonly unauthorized: (why: string) => string;
  /** GET contents of a path that is not there: an empty list, or 404. */
  readonly missingContents: 'empty-list' | 'not-found';
  /** Whether `POST …/open` turns on the host's CI. */
  readonly ci: boolean;
  /** Whether a fork's answer is the whole repository or only its names. */
  readonly forkAnswer: 'whole' | 'names';
}

const giteeReasons: Readonly<Record<string, string>> = {
  expired: '401 Unauthorized: Access token is expired',
  revoked: '401 Unauthorized: Access token does not exist',
  unknown: '401 Unauthorized: Access token does not exist',
};

export const gitee: Dialect = {
  id: 'gitee',
  unauthorized: (why) => giteeReasons[why] ?? '401 Unauthorized',
  missingContents: 'empty-list',
  ci: true,
  forkAnswer: 'whole',
};

export const atomgitV5: Dialect = {
  id: 'atomgit-v5',
  unauthorized: () => '401 Unauthorized',
  missingContents: 'not-found',
  ci: false,
  forkAnswer: 'names',
};
