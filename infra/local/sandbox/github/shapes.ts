import { defined } from '../../../../lib/primitives/defined.ts';
import type { Host } from '../host.ts';
import { isoTime } from '../reply.ts';
import { type Account, fullName, mayWrite, type Repository } from '../world.ts';

/** "Simple user" of GitHub's REST API. */
export function userShape({ settings }: Host, account: Account) {
  return {
    login: account.login,
    id: account.id,
    node_id: Buffer.from(`04:User${account.id}`).toString('base64'),
    url: `${settings.apiUrl}/users/${account.login}`,
    html_url: `${settings.webUrl}/${account.login}`,
    type: account.kind === 'user' ? 'User' : 'Organization',
    site_admin: false,
  };
}

/** "Organization simple", as in lists. */
export function organizationShape({ settings }: Host, account: Account) {
  const url = `${settings.apiUrl}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: Buffer.from(`012:Organization${account.id}`).toString('base64'),
    url,
    repos_url: `${url}/repos`,
    description: null,
  };
}

/** "Minimal repository" of GitHub's REST API, as the user sees it. */
export function repositoryShape(host: Host, repository: Repository, login: string) {
  const { settings } = host;
  const full = fullName(repository);
  const url = `${settings.apiUrl}/repos/${full}`;
  const writes = mayWrite(repository.owner, login);
  return {
    id: repository.id,
    node_id: Buffer.from(`010:Repository${repository.id}`).toString('base64'),
    name: repository.path,
    full_name: full,
    owner: userShape(host, repository.owner),
    private: repository.visibility !== 'public',
    visibility: repository.visibility,
    html_url: `${settings.webUrl}/${full}`,
    description: repository.description === '' ? null : repository.description,
    fork: repository.parent !== undefined,
    url,
    contents_url: `${url}/contents/{+path}`,
    clone_url: `${settings.webUrl}/${full}.git`,
    ssh_url: `git@localhost:${full}.git`,
    homepage: repository.homepage === '' ? null : repository.homepage,
    size: repository.branches.size === 0 ? 0 : 8,
    default_branch: repository.defaultBranch,
    is_template: repository.isTemplate,
    has_issues: repository.hasIssues,
    has_wiki: repository.hasWiki,
    archived: false,
    disabled: false,
    created_at: isoTime(repository.createdAt),
    updated_at: isoTime(repository.createdAt),
    pushed_at: isoTime(repository.createdAt),
    permissions: { admin: writes, push: writes, pull: true },
  };
}

/** As {@link repositoryShape}, with what only the single repository's address shows. */
export function fullRepositoryShape(host: Host, repository: Repository, login: string) {
  const linked = (name: string | undefined) => {
    const found = name === undefined ? undefined : host.world.repository(name);
    return found === undefined ? undefined : repositoryShape(host, found, login);
  };
  const parent = linked(repository.parent);
  const template = linked(repository.template);
  return {
    ...repositoryShape(host, repository, login),
    ...defined({ parent, source: parent, template_repository: template }),
  };
}

/** A commit object of the contents and Git data calls. */
export function commitShape(host: Host, repository: Repository, sha: string) {
  const commit = host.world.objects.commit(sha);
  if (commit === undefined) return undefined;
  const url = `${host.settings.apiUrl}/repos/${fullName(repository)}/git`;
  const person = {
    name: commit.author,
    email: `${commit.author}@users.noreply.localhost`,
    date: isoTime(commit.at),
  };
  return {
    sha,
    node_id: Buffer.from(`06:Commit${sha}`).toString('base64'),
    url: `${url}/commits/${sha}`,
    html_url: `${host.settings.webUrl}/${fullName(repository)}/commit/${sha}`,
    author: person,
    committer: person,
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({ sha: parent, url: `${url}/commits/${parent}` })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
  };
}

/** A file of the contents calls, without its content. */
export function fileShape(host: Host, repository: Repository, path: string, sha: string) {
  const full = fullName(repository);
  const url = `${host.settings.apiUrl}/repos/${full}/contents/${path}`;
  const html = `${host.settings.webUrl}/${full}/blob/${repository.defaultBranch}/${path}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: host.world.objects.blob(sha)?.length ?? 0,
    url,
    html_url: html,
    git_url: `${host.settings.apiUrl}/repos/${full}/git/blobs/${sha}`,
    download_url: `${host.settings.webUrl}/${full}/raw/${path}`,
    type: 'file',
    _links: { self: url, html },
  };
}
