import type { Reasons } from '../refusal.ts';

const refusals = [400, 403, 422];

/** Reasons of the hosts that speak the dialect; they are told in words, most of them in Chinese. */
export const v5Reasons = {
  identity_not_verified: {
    code: 'Forbidden',
    says: /认证身份|身份认证|实名/,
    remedy: 'Verify the identity of the account at the provider, then try again: {web}',
  },
  email_unverified: {
    code: 'Forbidden',
    status: refusals,
    says: /(验证|激活|绑定|确认).{0,6}邮箱|邮箱.{0,6}(未|没有)?(验证|激活|绑定|确认)/,
    remedy:
      'Confirm the e-mail address of the connected account at the provider, then try again: {web}',
  },
  phone_unverified: {
    code: 'Forbidden',
    status: refusals,
    says: /(验证|绑定).{0,6}手机|手机.{0,6}(未|没有)?(验证|绑定)/,
    remedy: 'Bind a phone number to the connected account at the provider, then try again: {web}',
  },
  two_factor_required: {
    code: 'Forbidden',
    status: refusals,
    says: /两步验证|双重验证|双因素|二次验证|two[- ]factor/i,
    remedy: 'Turn on two-factor authentication for the connected account, then try again: {web}',
  },
  password_expired: {
    code: 'Forbidden',
    status: refusals,
    says: /密码.{0,4}过期|password (has )?expired/i,
    remedy:
      'The password of the connected account has expired. Sign in and set a new one: {web}/login',
  },
  terms_not_accepted: {
    code: 'Forbidden',
    status: refusals,
    says: /用户协议|服务条款|terms of service/i,
    remedy: 'Sign in at the provider and accept its terms, then try again: {web}',
  },
  account_suspended: {
    code: 'Forbidden',
    status: refusals,
    says: /(账号|账户|帐号|帐户|用户).{0,8}(封禁|冻结|禁用|锁定|屏蔽)|account .*(blocked|suspended|banned)/i,
    remedy: 'The connected account is blocked. Only the support of the provider can lift that.',
  },
  ip_not_allowed: {
    code: 'Forbidden',
    status: refusals,
    says: /ip.{0,12}(白名单|限制|禁止)|(白名单|限制|禁止).{0,12}ip\b|ip (address|allow)/i,
    remedy:
      "The organization takes requests only from certain addresses. One of its owners can add this deployment's address to them.",
  },
  template_not_forkable: {
    code: 'Forbidden',
    status: refusals,
    says: /(不允许|禁止|无法|不能|不支持).{0,8}fork|fork.{0,8}(不允许|禁止|已关闭)|fork.* (disabled|not allowed)/i,
    remedy:
      'The template may be read but not forked. Let its owner allow forks, or choose another.',
  },
  template_without_commits: {
    code: 'InvalidInput',
    status: refusals,
    says: /空仓库|仓库为空|empty repositor/i,
    field: 'template',
    remedy: 'Push a commit to the template, or choose another one.',
  },
  project_limit: {
    code: 'Forbidden',
    status: refusals,
    says: /仓库.{0,8}(数量|上限|配额|额度)|(超出|达到).{0,8}(上限|限制|配额|额度)|quota/i,
    remedy:
      'The namespace takes no more repositories. Choose another one, or have its limit raised.',
  },
  visibility_refused: {
    code: 'InvalidInput',
    status: refusals,
    says: /(只能|仅允许|仅支持|必须|不允许|不能|无法).{0,10}(私有|公开|开源)|visibility/i,
    field: 'visibility',
    remedy: 'This namespace does not take that visibility. Choose another one.',
  },
  repository_blocked: {
    code: 'Forbidden',
    status: [403, 451],
    says: /(仓库|项目|内容).{0,8}(违规|屏蔽|封禁|下架)|blocked/i,
    remedy: 'The provider has blocked access to this repository. Choose another one.',
  },
  push_rule: {
    code: 'InvalidInput',
    status: refusals,
    says: /推送规则|提交(信息|说明|人|者|邮箱).{0,12}(不符合|不匹配|不正确|格式)|(单个)?文件.{0,8}(过大|超过)|push rule|commit message/i,
    field: 'files',
    remedy: 'The push rules of the repository refuse the commit: {said}',
  },
  branch_protected: {
    code: 'Forbidden',
    status: [400, 403, 422],
    says: /保护分支|受保护|protected branch/i,
    remedy: 'The default branch takes no direct commits. Let the connected account push to it.',
  },
  scope_missing: {
    code: 'ScopeMissing',
    status: [403],
    says: /scope|授权范围/i,
    remedy: 'Reconnect and grant everything that is asked for.',
  },

  // Raised where a call knows more than its answer says.
  name_taken: { code: 'AlreadyExists' },
  ci_cannot_be_turned_off: {
    code: 'Unsupported',
    remedy: 'The host has no call for that. Leave it out, or turn it on.',
  },
  visibility_not_applied: {
    code: 'Unsupported',
    remedy:
      'The provider left the repository {visibility}. Choose that visibility, or another namespace.',
  },
  path_is_directory: {
    code: 'InvalidInput',
    field: 'files',
    remedy: 'The repository has a directory of the name of a file. Choose another name.',
  },
} as const satisfies Reasons;

export type V5Reason = keyof typeof v5Reasons;
