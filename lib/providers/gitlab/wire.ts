import * as z from 'zod/mini';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type { Account, Namespace, Readiness, Repository } from '../provider.ts';
import {
  fullNameSchema,
  idSchema,
  looseFlag,
  looseText,
  splitName,
  visibilityOf,
  wordSchema,
} from '../wire.ts';

export const userSchema = z.object({ id: idSchema, username: wordSchema, name: looseText });

export const groupSchema = z.object({ id: idSchema, name: looseText, full_path: wordSchema });

export const namespaceSchema = z.object({
  id: idSchema,
  name: looseText,
  full_path: wordSchema,
  kind: looseText,
});

export const projectSchema = z.object({
  id: idSchema,
  path_with_namespace: fullNameSchema,
  description: looseText,
  visibility: looseText,
  web_url: looseText,
  http_url_to_repo: looseText,
  ssh_url_to_repo: looseText,
  default_branch: looseText,
  empty_repo: looseFlag,
  forked_from_project: z.catch(
    z.nullish(z.object({ path_with_namespace: fullNameSchema })),
    undefined,
  ),
  created_at: looseText,
  import_status: looseText,
  import_error: looseText,
  issues_access_level: looseText,
  wiki_access_level: looseText,
  builds_access_level: looseText,
});
type WireProject = z.infer<typeof projectSchema>;

/** Base64 is the only encoding GitLab sends. */
export const fileSchema = z.object({ content: z.string() });

export function toAccount({ id, username, name }: z.infer<typeof userSchema>): Account {
  return { id, login: username, ...defined({ name: name || undefined }) };
}

/** A user's own namespace and a group have the same members, and their ids one space. */
export function toNamespace(wire: z.infer<typeof groupSchema>, kind: Namespace['kind']): Namespace {
  return { id: wire.id, path: wire.full_path, name: wire.name || wire.full_path, kind };
}

/** `webUrl` is the host's own, for answers that name no address. */
export function toRepository(wire: WireProject, webUrl: string): Repository {
  const fullName = wire.path_with_namespace;
  const address = wire.web_url || `${webUrl}/${fullName}`;
  return {
    id: wire.id,
    ...splitName(fullName),
    fullName,
    description: wire.description ?? '',
    visibility: visibilityOf(wire.visibility, undefined),
    webUrl: address,
    cloneUrls: {
      https: wire.http_url_to_repo || `${address}.git`,
      ...defined({ ssh: wire.ssh_url_to_repo || undefined }),
    },
    ...defined({
      defaultBranch: branchOf(wire),
      parent: wire.forked_from_project?.path_with_namespace,
      createdAt: epochOf(wire.created_at),
    }),
  };
}

/** The default branch, once there is one: an empty repository may name it ahead. */
function branchOf(wire: WireProject): string | undefined {
  return wire.empty_repo ? undefined : wire.default_branch || undefined;
}

/** There are commits, and this user is not told of which branch: the code is not theirs to read. */
export function hidesCode(wire: WireProject): boolean {
  return wire.empty_repo === false && branchOf(wire) === undefined;
}

/**
 * `finished`, `failed` and `canceled` are final. `none` says nothing about a fork, there the default
 * branch decides; and a word nobody knows is never taken for success
 * (docs.gitlab.com/api/project_import_export).
 */
export function toReadiness(wire: WireProject): Readiness {
  const status = wire.import_status || 'none';
  if (status === 'failed' || status === 'canceled') {
    return { state: 'failed', reason: (wire.import_error || `import_${status}`).slice(0, 500) };
  }
  const branch = branchOf(wire);
  if (status === 'finished' || status === 'none') {
    return branch === undefined
      ? { state: 'pending', detail: 'no_default_branch' }
      : { state: 'ready', defaultBranch: branch };
  }
  return { state: 'pending', detail: `import_${status.slice(0, 40)}` };
}
