import type { Host } from '../host.ts';
import { isoTime } from '../reply.ts';
import { type Account, fullName, mayWrite, type Repository } from '../world.ts';
import { recordedFields } from './answers.ts';

type Shape = Record<string, unknown>;

const addressOf = (account: Account) => `${account.login}@localhost.test`;

/** The user itself, as only `GET /user` tells it. */
export function userShape(host: Host, account: Account): Shape {
  return { ...recordedFields(host, 'user'), ...person(host, account) };
}

/** A user or an organisation, as the owner of a repository. */
function ownerShape(host: Host, account: Account): Shape {
  const { owner } = recordedFields(host, 'repository');
  return { ...Object(owner), ...person(host, account) };
}

function person({ settings: { webUrl } }: Host, account: Account): Shape {
  const { id, login, name, kind } = account;
  return {
    id,
    login,
    username: login,
    full_name: kind === 'user' ? name : '',
    email: kind === 'user' ? addressOf(account) : '',
    avatar_url: `${webUrl}/avatars/${id}`,
    html_url: `${webUrl}/${login}`,
    created: isoTime(account.createdAt),
  };
}

/** Organisations have no `login`. */
export function organizationShape(host: Host, { id, login }: Account): Shape {
  const [first] = Object.values(recordedFields(host, 'organizations'));
  const avatar_url = `${host.settings.webUrl}/avatars/${id}`;
  return { ...Object(first), id, name: login, username: login, avatar_url };
}

export function repositoryShape(host: Host, repository: Repository, login: string): Shape {
  const { webUrl, apiUrl } = host.settings;
  const full = fullName(repository);
  const source =
    repository.parent === undefined ? undefined : host.world.repository(repository.parent);
  const own = mayWrite(repository.owner, login);
  const permissions = { admin: own, push: own, pull: true };
  const { internal_tracker, ...usual } = recordedFields(host, 'repository');
  return {
    ...usual,
    id: repository.id,
    owner: ownerShape(host, repository.owner),
    name: repository.path,
    full_name: full,
    description: repository.description,
    empty: repository.branches.size === 0,
    private: repository.visibility === 'private',
    fork: source !== undefined,
    template: repository.isTemplate,
    ...(source === undefined
      ? {}
      : {
          ...{ has_packages: false, has_projects: false, has_releases: false },
          parent: { ...repositoryShape(host, source, login), permissions },
        }),
    languages_url: `${apiUrl}/repos/${full}/languages`,
    html_url: `${webUrl}/${full}`,
    url: `${apiUrl}/repos/${full}`,
    ssh_url: `git@${new URL(webUrl).hostname}:${full}.git`,
    clone_url: `${webUrl}/${full}.git`,
    website: repository.homepage,
    default_branch: repository.defaultBranch,
    created_at: isoTime(repository.createdAt),
    updated_at: isoTime(host.now()),
    permissions,
    has_issues: repository.hasIssues,
    ...(repository.hasIssues ? { internal_tracker } : {}),
    has_wiki: repository.hasWiki,
    has_actions: repository.ci,
  };
}

export function branchShape(host: Host, repository: Repository, name: string, sha: string): Shape {
  const usual = recordedFields(host, 'branch');
  const commit = host.world.objects.commit(sha);
  const by = host.world.account(commit?.author ?? '');
  const author = {
    name: by?.name ?? '',
    email: by === undefined ? '' : addressOf(by),
    username: by?.login ?? '',
  };
  return {
    ...usual,
    name,
    commit: {
      ...Object(usual.commit),
      id: sha,
      message: `${commit?.message ?? ''}\n`,
      url: `${host.settings.webUrl}/${fullName(repository)}/commit/${sha}`,
      author,
      committer: author,
      timestamp: isoTime(commit?.at ?? 0),
    },
    protected: repository.protectedBranches.has(name),
  };
}

/** A file of a branch. In the list of a folder its content is left out. */
export function fileShape(
  host: Host,
  repository: Repository,
  place: { readonly branch: string; readonly path: string; readonly sha: string },
): Shape {
  const { webUrl, apiUrl } = host.settings;
  const { branch, path, sha } = place;
  const full = fullName(repository);
  const content = host.world.objects.blob(sha) ?? Buffer.alloc(0);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${apiUrl}/repos/${full}/contents/${encoded}?ref=${branch}`;
  const git_url = `${apiUrl}/repos/${full}/git/blobs/${sha}`;
  const html_url = `${webUrl}/${full}/src/branch/${branch}/${encoded}`;
  return {
    ...recordedFields(host, 'file'),
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    last_commit_sha: repository.branches.get(branch),
    size: content.length,
    content: content.toString('base64'),
    url,
    html_url,
    git_url,
    download_url: `${webUrl}/${full}/raw/branch/${branch}/${encoded}`,
    _links: { self: url, git: git_url, html: html_url },
  };
}

/** The commit that a change of files made. */
export function commitShape(host: Host, repository: Repository, sha: string): Shape {
  const { commit: usual } = recordedFields(host, 'committed');
  const { webUrl, apiUrl } = host.settings;
  const full = fullName(repository);
  const commit = host.world.objects.commit(sha);
  const at = `${apiUrl}/repos/${full}/git`;
  const linked = (kind: string, id: string) => ({
    url: `${at}/${kind}/${id}`,
    sha: id,
    created: '0001-01-01T00:00:00Z',
  });
  const by = host.world.account(commit?.author ?? '');
  const author = {
    name: by?.name ?? '',
    email: by === undefined ? '' : addressOf(by),
    date: isoTime(commit?.at ?? 0),
  };
  return {
    ...Object(usual),
    ...linked('commits', sha),
    html_url: `${webUrl}/${full}/commit/${sha}`,
    author,
    committer: author,
    parents: (commit?.parents ?? []).map((parent) => linked('commits', parent)),
    message: `${commit?.message ?? ''}\n`,
    tree: linked('trees', commit?.tree ?? ''),
  };
}
