import type { Reasons } from '../refusal.ts';

/** Gitea's and Forgejo's reasons (routers/api/v1 of their sources, and what was seen of 1.26.0). */
export const giteaReasons = {
  scope_missing: {
    code: 'ScopeMissing',
    status: [403],
    says: /required scope/i,
    remedy:
      'A consent keeps the scopes it began with. Revoke the app, then connect again: {web}/user/settings/applications',
  },
  repository_limit: {
    code: 'Forbidden',
    status: [403, 409],
    says: /limit of/i,
    remedy:
      'The owner may have no more repositories. Choose another one, or have the limit raised.',
  },
  fork_exists: {
    code: 'AlreadyExists',
    status: [409],
    says: /already forked/i,
    remedy: 'Each owner can have one fork of a repository. The provider says: {said}',
  },
  name_taken: { code: 'AlreadyExists', status: [409], says: /already exists/i },
  not_a_template: {
    code: 'InvalidInput',
    status: [422],
    says: /not a template/i,
    field: 'template',
    remedy: 'Mark the source as a template in its settings, or fork it.',
  },
  repository_archived: {
    code: 'Forbidden',
    status: [423],
    remedy: 'The repository is archived and takes no changes. Its owner can unarchive it.',
  },
  branch_protected: {
    code: 'Forbidden',
    status: [403],
    says: /cannot commit|protected|write to the target branch/i,
    remedy: 'The branch takes no direct commits. Let the connected account push to it.',
  },
  // Somebody else added or changed a file since it was looked at.
  branch_moved: {
    code: 'ProviderUnavailable',
    status: [422],
    says: /sha does not match|file already exists/i,
  },

  // Raised where a call knows more than its answer says.
  not_visible: { code: 'ProviderUnavailable' },
  path_is_directory: {
    code: 'InvalidInput',
    field: 'files',
    remedy: 'The repository has a directory of the name of a file. Choose another name.',
  },
  visibility_not_applied: {
    code: 'Unsupported',
    remedy:
      'The provider left the repository {visibility}. Choose that visibility, or another owner.',
  },
  server_too_old: {
    code: 'Unsupported',
    remedy:
      'The server has the API of Gitea {version}. To create repositories there, update it to Gitea 1.20 or Forgejo 7.0, or newer.',
  },
} as const satisfies Reasons;

export type GiteaReason = keyof typeof giteaReasons;
