import type { Host } from '../host.ts';
import { type Account, fullName, importState, mayWrite, type Repository } from '../world.ts';

/** A namespace, as listed and inside a project. */
export function namespaceShape(host: Host, account: Account) {
  const path = account.login.slice(account.login.lastIndexOf('/') + 1);
  const parent = host.world.account(account.login.slice(0, -path.length - 1));
  return {
    id: account.id,
    name: account.name,
    path,
    kind: account.kind === 'user' ? 'user' : 'group',
    full_path: account.login,
    parent_id: parent?.id ?? null,
    avatar_url: null,
    web_url: `${host.settings.webUrl}/${account.kind === 'user' ? '' : 'groups/'}${account.login}`,
  };
}

/** A group: a namespace without a kind. */
export function groupShape(host: Host, account: Account) {
  const { kind: _, ...namespace } = namespaceShape(host, account);
  return { ...namespace, full_name: account.name, visibility: 'private' };
}

/** A project, as the user sees it: `import_error` only for those who administer it. */
export function projectShape(
  host: Host,
  project: Repository,
  login: string,
): Record<string, unknown> {
  const { webUrl } = host.settings;
  const full = fullName(project);
  const { status, error } = importState(project, host.now());
  const createdAt = new Date(project.createdAt).toISOString();
  const source = project.parent === undefined ? undefined : host.world.repository(project.parent);
  return {
    id: project.id,
    description: project.description === '' ? null : project.description,
    name: project.name,
    name_with_namespace: `${project.owner.name} / ${project.name}`,
    path: project.path,
    path_with_namespace: full,
    created_at: createdAt,
    last_activity_at: createdAt,
    default_branch: project.branches.size === 0 ? null : project.defaultBranch,
    visibility: project.visibility,
    ssh_url_to_repo: `git@localhost:${full}.git`,
    http_url_to_repo: `${webUrl}/${full}.git`,
    web_url: `${webUrl}/${full}`,
    readme_url: project.branches.size === 0 ? null : `${webUrl}/${full}/-/blob/main/README.md`,
    namespace: namespaceShape(host, project.owner),
    empty_repo: project.branches.size === 0,
    archived: false,
    issues_enabled: project.hasIssues,
    wiki_enabled: project.hasWiki,
    builds_access_level: project.ci ? 'enabled' : 'disabled',
    import_status: status,
    ...(mayWrite(project.owner, login) ? { import_error: error ?? null } : {}),
    ...(source === undefined
      ? {}
      : {
          forked_from_project: {
            id: source.id,
            name: source.name,
            path: source.path,
            path_with_namespace: fullName(source),
            web_url: `${webUrl}/${fullName(source)}`,
          },
        }),
  };
}

/** A commit of the repository calls. */
export function commitShape(host: Host, project: Repository, sha: string) {
  const commit = host.world.objects.commit(sha);
  const at = new Date(commit?.at ?? 0).toISOString();
  const author = commit?.author ?? '';
  return {
    id: sha,
    short_id: sha.slice(0, 8),
    title: commit?.message.split('\n')[0] ?? '',
    message: commit?.message ?? '',
    author_name: author,
    author_email: `${author}@users.noreply.localhost`,
    authored_date: at,
    committed_date: at,
    created_at: at,
    parent_ids: commit?.parents ?? [],
    web_url: `${host.settings.webUrl}/${fullName(project)}/-/commit/${sha}`,
  };
}
