import type { Host } from '../host.ts';
import { isoTime } from '../reply.ts';
import { type Account, fullName, mayWrite, type Repository } from '../world.ts';

/** China's time without milliseconds, as these hosts write it. */
function localTime(epochMs: number): string {
  return isoTime(epochMs, '+08:00').replace(/\.\d+/, '');
}

/** A user, as in `/user` and as a repository's owner. */
export function userShape({ settings }: Host, account: Account) {
  const url = `${settings.apiUrl}/users/${account.login}`;
  return {
    id: account.id,
    login: account.login,
    name: account.name,
    avatar_url: `${settings.webUrl}/avatar.png`,
    url,
    html_url: `${settings.webUrl}/${account.login}`,
    remark: '',
    repos_url: `${url}/repos`,
    type: account.kind === 'user' ? 'User' : 'Organization',
  };
}

/** A namespace, as in `/user/namespaces` and inside a repository. */
export function namespaceShape({ settings }: Host, account: Account) {
  return {
    id: account.id,
    type: account.kind === 'user' ? 'personal' : 'group',
    name: account.name,
    path: account.login,
    html_url: `${settings.webUrl}/${account.login}`,
  };
}

/** What AtomGit v5 answers to a fork: no dates, no branch, no addresses for people. */
export function namesShape({ settings }: Host, repository: Repository) {
  const { owner } = repository;
  return {
    id: repository.id,
    full_name: fullName(repository),
    human_name: `${owner.name} / ${repository.name}`,
    url: `${settings.apiUrl}/repos/${fullName(repository)}`,
    namespace: {
      id: owner.id,
      name: owner.name,
      path: owner.login,
      develop_mode: 'normal',
      cell: 'default',
      kind: owner.kind === 'user' ? 'user' : 'group',
      full_path: owner.login,
      full_name: owner.name,
      visibility_level: 20,
      enable_file_control: false,
    },
  };
}

/** A repository. Its default branch is null until there is a commit. */
export function repositoryShape(
  host: Host,
  repository: Repository,
  login: string,
): Record<string, unknown> {
  const { webUrl, apiUrl } = host.settings;
  const full = fullName(repository);
  const writes = mayWrite(repository.owner, login);
  const parent =
    repository.parent === undefined ? undefined : host.world.repository(repository.parent);
  const at = localTime(repository.createdAt);
  return {
    id: repository.id,
    full_name: host.has('localized-names')
      ? `${repository.owner.name}的空间 / ${repository.path}`
      : full,
    human_name: `${repository.owner.name}/${repository.name}`,
    url: `${apiUrl}/repos/${full}`,
    namespace: namespaceShape(host, repository.owner),
    path: repository.path,
    name: repository.name,
    owner: userShape(host, repository.owner),
    description: repository.description,
    private: repository.visibility === 'private',
    public: repository.visibility === 'public',
    internal: repository.visibility === 'internal',
    fork: repository.parent !== undefined,
    html_url: `${webUrl}/${full}.git`,
    ssh_url: `git@localhost:${full}.git`,
    homepage: repository.homepage === '' ? null : repository.homepage,
    default_branch: repository.branches.size === 0 ? null : repository.defaultBranch,
    has_issues: repository.hasIssues,
    has_wiki: repository.hasWiki,
    can_comment: repository.canComment,
    pull_requests_enabled: true,
    project_creator: login,
    members: repository.owner.members,
    pushed_at: at,
    created_at: at,
    updated_at: at,
    ...(parent !== undefined && host.has('localized-names')
      ? { parentfull_name: repository.parent }
      : { parent: parent === undefined ? null : parentShape(host, parent, login) }),
    permission: { pull: true, push: writes, admin: writes },
    relation: writes ? 'master' : 'visitor',
  };
}

/** A whole repository again: real ones weigh 13 kB, this one twice that. */
function parentShape(host: Host, parent: Repository, login: string): object {
  const shape = repositoryShape(host, parent, login);
  if (!host.has('heavy-forks')) return shape;
  const members = Array.from({ length: 2_500 }, (_, n) => `member-${n}`);
  return { ...shape, members };
}

/** A file of the contents calls, without its content. */
export function fileShape(
  { settings, world }: Host,
  repository: Repository,
  path: string,
  sha: string,
) {
  const full = fullName(repository);
  const url = `${settings.apiUrl}/repos/${full}/contents/${path}`;
  const html = `${settings.webUrl}/${full}/blob/${repository.defaultBranch}/${path}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    size: world.objects.blob(sha)?.length ?? 0,
    sha,
    type: 'file',
    url,
    html_url: html,
    download_url: `${settings.webUrl}/${full}/raw/${repository.defaultBranch}/${path}`,
    _links: { self: url, html },
  };
}

/** A commit of the contents and branch calls. */
export function commitShape(host: Host, repository: Repository, sha: string) {
  const commit = host.world.objects.commit(sha);
  const url = `${host.settings.apiUrl}/repos/${fullName(repository)}`;
  const date = new Date(commit?.at ?? 0).toISOString().replace(/\.\d+Z/, '+00:00');
  const author = { name: commit?.author, date, email: `${commit?.author}@noreply.localhost` };
  return {
    sha,
    author,
    committer: author,
    message: commit?.message,
    tree: { sha: commit?.tree, url: `${url}/git/trees/${commit?.tree}` },
    parents: (commit?.parents ?? []).map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
    })),
  };
}
