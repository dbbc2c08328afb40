import type { ErrorCode } from '../errors.ts';
import type { Language } from './language.ts';

const en = {
  title: 'Git accounts',
  connections: 'Your connections',
  none: 'No account is connected yet.',
  connect: 'Connect',
  reconnect: 'Connect again',
  disconnect: 'Disconnect',
  signOut: 'Sign out',
  signedInAs: 'Signed in as',
  active: 'connected',
  reconnect_required: 'must be connected again',
  revoked: 'being removed',
  newRepository: 'New repository',
  account: 'Account',
  template: 'Template (owner/name)',
  templateHint: 'Leave it empty for a repository with nothing but a README.',
  namespace: 'Owner',
  namespaceHint: 'An organisation or group; empty means yourself.',
  name: 'Name',
  description: 'Description',
  visibility: 'Visibility',
  private: 'private',
  public: 'public',
  internal: 'internal',
  ci: 'Turn on the CI of the host',
  create: 'Create',
  noProvider: 'No provider is configured in this deployment.',
  progress: 'Progress',
  open: 'Open the repository',
  pending: 'waiting to start',
  running: 'being created',
  succeeded: 'ready',
  failed: 'failed',
  cancelled: 'cancelled',
  back: 'Back',
  goOn: 'Continue',
  install: 'Install the app there',
  installed: 'The app is installed. You can go on where you were.',
  requested: 'Your request was sent. An owner of the organization has to approve the app first.',
  steps: {
    generateFromTemplate: 'Generate from the template',
    forkRepo: 'Copy the template',
    createEmptyRepo: 'Create the repository',
    pollImportStatus: 'Wait for the contents',
    configureRepo: 'Apply the settings',
    commitFiles: 'Add the files',
    finishOperation: 'Finish',
  } as Record<string, string>,
};

const zh: typeof en = {
  title: 'Git 账号',
  connections: '已连接的账号',
  none: '尚未连接任何账号。',
  connect: '连接',
  reconnect: '重新连接',
  disconnect: '断开连接',
  signOut: '退出登录',
  signedInAs: '当前用户：',
  active: '已连接',
  reconnect_required: '需要重新连接',
  revoked: '正在移除',
  newRepository: '新建仓库',
  account: '账号',
  template: '模板（所有者/名称）',
  templateHint: '留空则创建只含 README 的仓库。',
  namespace: '所有者',
  namespaceHint: '组织或群组；留空表示你自己。',
  name: '名称',
  description: '描述',
  visibility: '可见性',
  private: '私有',
  public: '公开',
  internal: '内部',
  ci: '启用平台的持续集成',
  create: '创建',
  noProvider: '此部署尚未配置任何平台。',
  progress: '进度',
  open: '打开仓库',
  pending: '等待开始',
  running: '正在创建',
  succeeded: '已就绪',
  failed: '失败',
  cancelled: '已取消',
  back: '返回',
  goOn: '继续',
  install: '在那里安装应用',
  installed: '应用已安装，可以继续之前的操作。',
  requested: '申请已发送，需要组织的所有者批准后才能使用。',
  steps: {
    generateFromTemplate: '从模板生成',
    forkRepo: '复制模板',
    createEmptyRepo: '创建仓库',
    pollImportStatus: '等待内容就绪',
    configureRepo: '应用设置',
    commitFiles: '添加文件',
    finishOperation: '完成',
  },
};

export type Texts = typeof en;

/** A status or state in the person's language; a word that this version does not know as it stands. */
export function statusText(texts: Texts, word: string): string {
  const known = new Map<string, unknown>(Object.entries(texts)).get(word);
  return typeof known === 'string' ? known : word;
}

/** Everything a person reads on the pages, in their language. */
export function textsIn(language: Language): Texts {
  return language === 'zh' ? zh : en;
}

/** What an error means to the person in front of the page; codes not listed here read as the last. */
const problems: ReadonlyMap<string, Record<Language, string>> = new Map(
  Object.entries({
    StateMismatch: {
      en: 'This link is not valid in this browser, or no longer. Please start again.',
      zh: '此链接在当前浏览器中无效或已失效，请重新开始。',
    },
    ConsentDenied: {
      en: 'You did not grant access. Nothing was stored.',
      zh: '你没有授权，未保存任何信息。',
    },
    CallerUnauthenticated: {
      en: 'You are not signed in. Please start from your product again.',
      zh: '你尚未登录，请从你的产品重新进入。',
    },
    Forbidden: {
      en: 'This is not allowed here.',
      zh: '此处不允许这样做。',
    },
    NotFound: {
      en: 'There is nothing here.',
      zh: '这里没有内容。',
    },
    InvalidInput: {
      en: 'Please correct what you entered.',
      zh: '请更正你填写的内容。',
    },
    AlreadyExists: {
      en: 'A repository of this name exists already. Please choose another name.',
      zh: '同名仓库已存在，请换一个名称。',
    },
    Unsupported: {
      en: 'This host cannot do this.',
      zh: '该平台不支持此操作。',
    },
    ReconnectRequired: {
      en: 'The host no longer accepts this connection. Please connect again.',
      zh: '平台已不再接受此连接，请重新连接。',
    },
    ImportFailed: {
      en: 'The host could not fill the repository from the template.',
      zh: '平台无法用该模板填充仓库。',
    },
    ImportTimedOut: {
      en: 'The repository was not ready in time. Please look at the host, or try again.',
      zh: '仓库未能按时就绪，请到平台查看或重试。',
    },
    InstallationRequired: {
      en: 'The app is not installed for this owner yet.',
      zh: '该所有者尚未安装此应用。',
    },
    ScopeMissing: {
      en: 'The connection lacks a permission that this needs. Please connect again and grant it.',
      zh: '此连接缺少所需权限，请重新连接并授权。',
    },
    Cancelled: {
      en: 'This was cancelled.',
      zh: '已取消。',
    },
    RateLimited: {
      en: 'The host asks us to slow down. Please try again in a few minutes.',
      zh: '平台要求放慢请求，请几分钟后再试。',
    },
    Misconfigured: {
      en: 'This service is not set up correctly. Its operator must mend it.',
      zh: '此服务配置有误，请联系管理员。',
    },
  } satisfies Partial<Record<ErrorCode, Record<Language, string>>>),
);

const otherwise = {
  en: 'Something did not work. Please try again in a moment.',
  zh: '出现了问题，请稍后再试。',
};

/** A failure in one sentence for an end user. */
export function problemText(code: string, language: Language): string {
  return (problems.get(code) ?? otherwise)[language];
}
