import type { Reasons } from '../refusal.ts';
import { blockOf, signOnPage } from './notices.ts';
import {
  inWords,
  lacksScope,
  notAccessible,
  permissionsHeader,
  permissionsIn,
  scopesWanted,
} from './permissions.ts';

const refusals = [403, 404, 422];

/** GitHub's reasons (docs.github.com/rest, and what its answers say in words). */
export const gitHubReasons = {
  user_agent_missing: {
    code: 'Misconfigured',
    status: [403],
    says: /user-agent header/i,
  },
  ip_not_allowed: {
    code: 'Forbidden',
    status: refusals,
    says: /ip allow list|ip address is not permitted/i,
    remedy:
      "The organization takes requests only from the addresses on its IP allow list. One of its owners can add this deployment's address there.",
  },
  sso_required: {
    code: 'Forbidden',
    status: [403],
    when: ({ headers, said }) =>
      headers.has('x-github-sso') || /saml (enforcement|sso)/i.test(said),
    words: signOnPage,
    remedy:
      'The organization has single sign-on. Sign in there{page} and authorize this application, then try again: {web}/settings/connections/applications/{client}',
  },
  app_not_approved: {
    code: 'Forbidden',
    status: refusals,
    says: /oauth app access restrictions|third-party (application|access)/i,
    remedy:
      'The organization restricts third-party applications. Ask for access, which one of its owners can grant: {web}/settings/connections/applications/{client}',
  },
  installation_suspended: {
    code: 'Forbidden',
    status: refusals,
    says: /installation has been suspended/i,
    remedy:
      "The app is suspended there. An owner of the account can unsuspend it in the settings of the account's installed GitHub Apps.",
  },
  two_factor_required: {
    code: 'Forbidden',
    status: refusals,
    says: /two[- ]factor|\b2fa\b/i,
    remedy:
      'Two-factor authentication is required. Turn it on for the connected account, then try again: {web}/settings/security',
  },
  email_unverified: {
    code: 'Forbidden',
    status: refusals,
    says: /e-?mail address (must be|is not|needs to be) verified|verify your (primary )?e-?mail|verified e-?mail/i,
    remedy:
      'Verify an e-mail address of the connected account, then try again: {web}/settings/emails',
  },
  account_suspended: {
    code: 'Forbidden',
    status: refusals,
    says: /account (was|is|has been) (suspended|flagged|locked)/i,
    remedy: 'The connected account is suspended. Only the support of the provider can lift that.',
  },
  blocked_by_owner: {
    code: 'Forbidden',
    status: refusals,
    says: /(user|you|account)( is| are| have been|'ve been)? blocked|blocked (by|from)/i,
    remedy: 'The owner has blocked the connected account. Choose another owner.',
  },
  repository_blocked: {
    code: 'Forbidden',
    when: ({ status, said }) =>
      status === 451 || (status === 403 && /repository access blocked/i.test(said)),
    words: blockOf,
    remedy: 'The provider has blocked access to this repository. Choose another one.{notice}',
  },
  // Maintenance: it passes.
  read_only: {
    code: 'ProviderUnavailable',
    status: [403],
    says: /read-only mode|maintenance|temporarily (disabled|unavailable|locked)/i,
  },
  repository_locked: {
    code: 'Forbidden',
    status: [403],
    says: /locked for migration|has been locked/i,
    remedy: 'The repository is locked while it is moved to another place. Choose another one.',
  },
  repository_archived: {
    code: 'Forbidden',
    status: [403],
    says: /archived/i,
    remedy: 'The repository is archived and takes no changes. Its owner can unarchive it.',
  },
  template_not_forkable: {
    code: 'Forbidden',
    status: refusals,
    says: /forking is disabled|not allow(ed)? .*fork|fork(ing|s)? (is|are) (not allowed|disabled|prohibited)/i,
    remedy:
      'The template may be read but not forked. Let its owner allow forks, or choose another.',
  },
  template_without_commits: {
    code: 'InvalidInput',
    status: refusals,
    says: /no git content|empty repositories cannot be forked/i,
    field: 'template',
    remedy: 'Push a commit to the template, or choose another one.',
  },
  template_not_readable: {
    code: 'NotFound',
    status: [422],
    says: /template repository not found|could not clone: .*not found/i,
    remedy:
      'The template does not exist, or the connected account cannot read it. A private template needs read access for that account, and the scope repo (OAuth app) or the app installed at its owner with the permission Contents: read (GitHub App).',
  },
  not_a_template: {
    code: 'InvalidInput',
    status: [422],
    says: /not a template repository/i,
    field: 'template',
    remedy: 'Mark the repository as a template in its settings, or fork it.',
  },
  plan_without_private: {
    code: 'InvalidInput',
    status: [403, 422],
    says: /can'?t be private|upgrade .*private|private .*upgrade/i,
    field: 'visibility',
    remedy: 'The plan of this owner has no private repositories. Choose public, or another owner.',
  },
  visibility_refused: {
    code: 'InvalidInput',
    status: [403, 422],
    says: /visibility (can'?t|cannot|is not)|can'?t create (public|private|internal)/i,
    field: 'visibility',
    remedy: 'This owner does not take that visibility. Choose another one.',
  },
  creation_not_allowed: {
    code: 'Forbidden',
    status: [403, 422],
    says: /admin access to the organization|(cannot|can'?t|not allowed to|permission to) create (a )?repositor|repository creation .*(disabled|restricted)/i,
    remedy:
      'The connected account may not create repositories there. An owner of the organization can allow it; or choose another namespace.',
  },
  name_taken: { code: 'AlreadyExists', status: [422], says: /already exists/i },
  scope_missing: {
    code: 'ScopeMissing',
    when: (refusal) =>
      ([403, 404].includes(refusal.status) && lacksScope(refusal)) ||
      (refusal.status === 403 && inWords.test(refusal.said)),
    scopes: scopesWanted,
    words: (refusal) => ({
      scopes: inWords.exec(refusal.said)?.[1] ?? scopesWanted(refusal).join(', '),
    }),
    remedy: 'Reconnect and grant one of these scopes: {scopes}.',
  },
  permission_missing: {
    code: 'ScopeMissing',
    when: ({ status, headers, said }) =>
      status === 403 && headers.has(permissionsHeader) && notAccessible.test(said),
    words: ({ headers }) => ({ permissions: permissionsIn(headers.get(permissionsHeader) ?? '') }),
    remedy:
      'The app has not a permission that this needs there: {permissions}. The owner accepts it in the settings of the installed app: {web}/settings/installations',
  },
  not_accessible_by_integration: {
    code: 'Forbidden',
    status: [403],
    says: notAccessible,
    remedy:
      'The app has no permission for this at that owner. Its permissions: {web}/settings/installations',
  },
  repository_empty: { code: 'ProviderUnavailable', status: [409], says: /empty/i },
  gone: { code: 'NotFound', status: [410] },

  // Raised where a call knows more than its answer says.
  installation_required: {
    code: 'InstallationRequired',
    remedy: 'Install the app for {owner}, where it is not installed yet, then try again.',
  },
  owner_not_found: {
    code: 'NotFound',
    remedy: 'There is no such owner, or the connected account cannot create there. Choose another.',
  },
  fork_of_other_name: {
    code: 'AlreadyExists',
    remedy: 'The provider answered with the fork {name}. Use it, or delete it and try again.',
  },
  ci_set_by_organization: {
    code: 'Forbidden',
    remedy:
      'The organization or enterprise decides whether Actions are on. Leave out ci, or have an owner change the policy.',
  },
  visibility_not_applied: {
    code: 'Unsupported',
    remedy:
      'The provider left the repository {visibility}: a fork is as visible as its source. Choose that visibility, or generate from the template.',
  },
  push_protection: {
    code: 'InvalidInput',
    field: 'files',
    remedy: 'The provider found something like a secret in the files. Take it out: {said}',
  },
  commit_message_refused: {
    code: 'InvalidInput',
    field: 'commitMessage',
    remedy: 'Choose a commit message that the rules of the repository take.',
  },
  push_rule: {
    code: 'InvalidInput',
    field: 'files',
    remedy: 'The rules of the repository refuse the commit: {said}',
  },
  unverified_user_email: {
    code: 'Forbidden',
    remedy: 'Verify the primary e-mail address of the account, then connect again.',
  },
  branch_protected: {
    code: 'Forbidden',
    remedy:
      'The default branch takes no direct commits. Let the connected account bypass its rules.',
  },
  workflow_permission: {
    code: 'ScopeMissing',
    scopes: () => ['workflow'],
    remedy:
      'Files under .github/workflows need the scope workflow (OAuth app) or the permissions Contents: write and Workflows: write (GitHub App). Grant it and reconnect, or leave these files out.',
  },
  branch_moved: { code: 'ProviderUnavailable' },
  not_visible: { code: 'ProviderUnavailable' },
  invalid_client: { code: 'Misconfigured' },
} as const satisfies Reasons;

export type GitHubReason = keyof typeof gitHubReasons;
