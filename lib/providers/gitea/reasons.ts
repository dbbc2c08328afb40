import type { Reasons, Refusal } from '../refusal.ts';

/** What the refusal calls required, and what holds it: `write:` holds `read:`. */
function scopesWanted(refusal: Refusal | undefined): string[] {
  const [, list = ''] = /required=\[([\w:, ]+)\]/.exec(refusal?.said ?? '') ?? [];
  return list
    .split(/[, ]+/)
    .filter(Boolean)
    .flatMap((scope) => [...new Set([scope, scope.replace(/^read:/, 'write:')])]);
}

/** Gitea's and Forgejo's reasons (routers/api/v1 of their sources, and what was seen of 1.26.0). */
export const giteaReasons = {
  scope_missing: {
    code: 'ScopeMissing',
    status: [403],
    says: /required scope|scope is limited|checking scope/i,
    scopes: scopesWanted,
    remedy:
      'A consent keeps the scopes it began with. Revoke the app, then connect again: {web}/user/settings/applications',
  },
  account_inactive: {
    code: 'Forbidden',
    status: [403],
    says: /account is not activated/i,
    remedy:
      'The connected account is not activated. Its user has to sign in and confirm the e-mail address: {web}/user/login',
  },
  account_suspended: {
    code: 'Forbidden',
    status: [403],
    says: /prohibited from signing in/i,
    remedy: 'The connected account may not sign in. An administrator of the instance can help.',
  },
  password_expired: {
    code: 'Forbidden',
    status: [403],
    says: /must change your password/i,
    remedy:
      'The password of the connected account has expired. Sign in and set a new one: {web}/user/login',
  },
  two_factor_required: {
    code: 'Forbidden',
    status: [403],
    says: /two[- ]factor|\b2fa\b/i,
    remedy:
      'Two-factor authentication is required. Turn it on for the connected account: {web}/user/settings/security',
  },
  user_blocked: {
    code: 'Forbidden',
    status: [403],
    says: /\bblocked\b/i,
    remedy:
      'The owner of the template has blocked the connected account. Choose another template, or ask its owner.',
  },
  creation_not_allowed: {
    code: 'Forbidden',
    status: [403],
    says: /allowed to create repositor|for other user/i,
    remedy:
      'The connected account may not create repositories there. An owner of the organisation can allow it; or choose another namespace.',
  },
  template_not_readable: {
    code: 'Forbidden',
    status: [403],
    says: /specific read permission/i,
    remedy:
      'The connected account sees the template and cannot read its code. Its owner can let it.',
  },
  quota_exceeded: {
    code: 'Forbidden',
    status: [413],
    remedy: 'The owner has used up a quota of the instance. Make room, or have the quota raised.',
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
  name_taken: { code: 'AlreadyExists', status: [409], says: /already exist/i },
  name_refused: {
    code: 'InvalidInput',
    status: [422],
    says: /name is reserved|name pattern|name .*(invalid|not allowed)/i,
    field: 'name',
    remedy: 'Choose another name. The provider says: {said}',
  },
  visibility_refused: {
    code: 'InvalidInput',
    status: [422],
    says: /private repository to public/i,
    field: 'visibility',
    remedy: 'The instance keeps all repositories private. Ask for private.',
  },
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
    remedy:
      'The repository is archived, or a mirror, and takes no changes. Its owner can change that.',
  },
  file_protected: {
    code: 'Forbidden',
    status: [403],
    says: /path is protected/i,
    remedy: 'The branch is protected, and with it a file. The provider says: {said}',
  },
  branch_protected: {
    code: 'Forbidden',
    status: [403],
    says: /cannot commit|protected branch|write to the target branch/i,
    remedy: 'The branch takes no direct commits. Let the connected account push to it.',
  },
  // Somebody else added or changed a file since it was looked at.
  branch_moved: {
    code: 'ProviderUnavailable',
    status: [422],
    says: /sha does not match|file already exists/i,
  },
  path_refused: {
    code: 'InvalidInput',
    status: [422],
    says: /malformed path|exists where you|path is invalid/i,
    field: 'files',
    remedy: 'Choose other paths for the files. The provider says: {said}',
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
