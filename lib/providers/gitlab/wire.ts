import * as z from 'zod/mini';
import { ForgebridgeError } from '../../errors.ts';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import {
  type Account,
  type Namespace,
  type Page,
  type PageRequest,
  type Readiness,
  type Repository,
  visibilities,
} from '../provider.ts';

const optionalText = z.optional(z.nullable(z.string()));

export const userSchema = z.object({ id: z.number(), username: z.string(), name: optionalText });

export const groupSchema = z.object({ id: z.number(), name: z.string(), full_path: z.string() });

export const namespaceSchema = z.object({
  id: z.number(),
  name: z.string(),
  full_path: z.string(),
  kind: z.string(),
});

export const projectSchema = z.object({
  id: z.number(),
  path: z.string(),
  path_with_namespace: z.string(),
  description: optionalText,
  visibility: z.enum(visibilities),
  web_url: z.string(),
  http_url_to_repo: z.string(),
  ssh_url_to_repo: z.optional(z.string()),
  default_branch: optionalText,
  empty_repo: z.optional(z.boolean()),
  forked_from_project: z.optional(z.nullable(z.object({ path_with_namespace: z.string() }))),
  created_at: z.optional(z.iso.datetime({ offset: true })),
});
type WireProject = z.infer<typeof projectSchema>;

/** The part of a project that tells how far its import is. */
export const importSchema = z.object({
  import_status: z.optional(z.nullable(z.string())),
  import_error: optionalText,
  default_branch: optionalText,
  empty_repo: z.optional(z.boolean()),
});
type WireImport = z.infer<typeof importSchema>;

/** Base64 is the only encoding GitLab sends. */
export const fileSchema = z.object({ content: z.string() });

export function toAccount({ id, username, name }: z.infer<typeof userSchema>): Account {
  return { id: String(id), login: username, ...(name ? { name } : {}) };
}

/** A user's own namespace and a group have the same members, and their ids one space. */
export function toNamespace(wire: z.infer<typeof groupSchema>, kind: Namespace['kind']): Namespace {
  return { id: String(wire.id), path: wire.full_path, name: wire.name, kind };
}

export function toRepository(wire: WireProject): Repository {
  const fullName = wire.path_with_namespace;
  const branch = branchOf(wire);
  return {
    id: String(wire.id),
    owner: fullName.slice(0, fullName.lastIndexOf('/')),
    name: wire.path,
    fullName,
    description: wire.description ?? '',
    visibility: wire.visibility,
    webUrl: wire.web_url,
    cloneUrls: {
      https: wire.http_url_to_repo,
      ...defined({ ssh: wire.ssh_url_to_repo }),
    },
    ...defined({ defaultBranch: branch }),
    ...(wire.forked_from_project ? { parent: wire.forked_from_project.path_with_namespace } : {}),
    ...defined({ createdAt: epochOf(wire.created_at) }),
  };
}

/** The default branch, once there is one: an empty repository may name it ahead. */
function branchOf(wire: Pick<WireImport, 'default_branch' | 'empty_repo'>): string | undefined {
  return wire.empty_repo ? undefined : (wire.default_branch ?? undefined);
}

/**
 * `finished`, `failed` and `canceled` are final. `none` says nothing about a fork, there the default
 * branch decides; and a word nobody knows is never taken for success
 * (docs.gitlab.com/api/project_import_export).
 */
export function toReadiness(wire: WireImport): Readiness {
  const status = wire.import_status ?? 'none';
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

/** Entries on one page: a hundred projects could pass the limit on an answer's size. */
const pageSize = 50;

/**
 * The query of a listing. The cursor is a page number, never a URL, so that no answer decides where
 * the next request goes.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that is none of ours.
 */
export function pageQuery({ cursor = '1' }: PageRequest): { page: string; per_page: number } {
  if (!isPage(cursor)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is not a cursor of this list' }],
    });
  }
  return { page: cursor, per_page: pageSize };
}

/** The page behind this one, from `x-next-page`; it is empty on the last one. */
export function toPage<T>(items: readonly T[], headers: Headers): Page<T> {
  const next = headers.get('x-next-page') ?? '';
  return isPage(next) ? { items, next } : { items };
}

function isPage(value: string): boolean {
  return /^[1-9]\d{0,5}$/.test(value);
}
