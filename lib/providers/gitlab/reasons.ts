import type { Reasons } from '../refusal.ts';

const refusals = [400, 403, 404, 422];

/** GitLab's reasons (docs.gitlab.com/api, and what its answers say in words). */
export const gitLabReasons = {
  terms_not_accepted: {
    code: 'Forbidden',
    status: [403],
    says: /terms of service/i,
    remedy: 'Open {web}, sign in and accept the terms there, then try again.',
  },
  email_unverified: {
    code: 'Forbidden',
    status: [403],
    says: /e-?mail .*(confirm|verif)|(confirm|verify) your e-?mail|unconfirmed/i,
    remedy:
      'Confirm the e-mail address of the connected account, then try again: {web}/-/user_settings/profile',
  },
  password_expired: {
    code: 'Forbidden',
    status: [403],
    says: /password (has )?expired/i,
    remedy:
      'The password of the connected account has expired. Sign in and set a new one: {web}/users/sign_in',
  },
  two_factor_required: {
    code: 'Forbidden',
    status: [403],
    says: /two[- ]factor|\b2fa\b/i,
    remedy:
      'Two-factor authentication is required. Turn it on for the connected account: {web}/-/profile/two_factor_auth',
  },
  account_suspended: {
    code: 'Forbidden',
    status: [403],
    says: /(account|user)\b.*\b(blocked|banned|deactivated|pending approval|locked)/i,
    remedy:
      'The connected account is blocked or deactivated. Signing in reactivates a deactivated one; else an administrator of the instance can help: {web}/users/sign_in',
  },
  ip_not_allowed: {
    code: 'Forbidden',
    status: [403],
    says: /ip (address|restriction)/i,
    remedy:
      "The group takes requests only from certain addresses. One of its owners can add this deployment's address to the allowed ones.",
  },
  sso_required: {
    code: 'Forbidden',
    status: [403],
    says: /saml|single sign-on|\bsso\b/i,
    remedy: 'The group has single sign-on. Sign in there in a browser, then try again: {web}',
  },
  name_taken: {
    code: 'AlreadyExists',
    status: [400, 403, 409, 422],
    says: /already been taken|already exists|still being deleted/i,
  },
  scope_missing: {
    code: 'ScopeMissing',
    status: [403],
    says: /insufficient_scope/i,
    scopes: () => ['api'],
    remedy: 'Reconnect and grant the scope api.',
  },
  project_limit: {
    code: 'Forbidden',
    status: refusals,
    says: /limit_reached|project limit is|projects_limit/i,
    remedy: 'The namespace takes no more projects. Choose another one, or have its limit raised.',
  },
  visibility_refused: {
    code: 'InvalidInput',
    status: [400, 403, 409, 422],
    says: /visibility/i,
    field: 'visibility',
    remedy: 'This namespace does not take that visibility. Choose a lower one.',
  },
  creation_not_allowed: {
    code: 'Forbidden',
    status: [400, 403],
    says: /not (allowed|permitted) to create projects?|cannot create projects?/i,
    remedy:
      'The connected account may not create projects there. An owner of the group can allow it; or choose another namespace.',
  },
  // A move to another place, or maintenance: it passes.
  read_only: {
    code: 'ProviderUnavailable',
    status: [400, 403],
    says: /read-only|maintenance mode/i,
  },
  repository_archived: {
    code: 'Forbidden',
    status: [400, 403],
    says: /archived/i,
    remedy: 'The project is archived and takes no changes. Its owner can unarchive it.',
  },
  moved: {
    code: 'NotFound',
    status: [405],
    says: /moved projects?/i,
    remedy: 'The project was moved or renamed. Use its new name.',
  },

  // Raised where a call knows more than its answer says.
  template_not_readable: {
    code: 'NotFound',
    remedy:
      'The template does not exist, or the connected account cannot read its code. A private template needs that account as a member (Reporter or above), its repository feature on, and the scope api.',
  },
  template_not_forkable: {
    code: 'Forbidden',
    remedy: 'The template may be read but not forked. Let its maintainers allow forks.',
  },
  owner_not_found: {
    code: 'NotFound',
    remedy:
      'There is no such namespace, or the connected account cannot create there. Choose another.',
  },
  branch_protected: {
    code: 'Forbidden',
    remedy: 'The default branch takes no direct commits. Let the connected account push to it.',
  },
  commit_message_refused: {
    code: 'InvalidInput',
    field: 'commitMessage',
    remedy: 'Choose a commit message that the push rules of the project take.',
  },
  push_rule: {
    code: 'InvalidInput',
    field: 'files',
    remedy: 'The push rules of the project refuse the commit: {said}',
  },
  visibility_not_applied: {
    code: 'Unsupported',
    remedy:
      'The provider left the project {visibility}. Choose that visibility, or another namespace.',
  },
  branch_moved: { code: 'ProviderUnavailable' },
  not_visible: { code: 'ProviderUnavailable' },
} as const satisfies Reasons;

export type GitLabReason = keyof typeof gitLabReasons;
