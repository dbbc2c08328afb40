import * as z from 'zod/mini';
import { ForgebridgeError } from '../../errors.ts';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type {
  Account,
  Installation,
  InstallationToken,
  Namespace,
  Page,
  PageRequest,
  Repository,
} from '../provider.ts';

const timestamp = z.iso.datetime({ offset: true });
const permissions = z.record(z.string(), z.string());
const selection = z.enum(['all', 'selected']);

export const userSchema = z.object({
  id: z.number(),
  login: z.string(),
  name: z.optional(z.nullable(z.string())),
});

export const organizationSchema = z.object({ id: z.number(), login: z.string() });

const named = z.optional(z.nullable(z.object({ full_name: z.string() })));

export const repositorySchema = z.object({
  id: z.number(),
  name: z.string(),
  full_name: z.string(),
  owner: z.object({ login: z.string() }),
  description: z.optional(z.nullable(z.string())),
  private: z.boolean(),
  visibility: z.optional(z.enum(['public', 'internal', 'private'])),
  html_url: z.string(),
  clone_url: z.optional(z.string()),
  ssh_url: z.optional(z.string()),
  default_branch: z.optional(z.nullable(z.string())),
  size: z.optional(z.number()),
  is_template: z.optional(z.boolean()),
  parent: named,
  template_repository: named,
  created_at: z.optional(z.nullable(timestamp)),
});
export type WireRepository = z.infer<typeof repositorySchema>;

export const installationSchema = z.object({
  id: z.number(),
  account: z.object({
    id: z.number(),
    login: z.optional(z.string()),
    slug: z.optional(z.string()),
  }),
  repository_selection: selection,
  permissions,
  events: z.array(z.string()),
  created_at: z.optional(timestamp),
  suspended_at: z.optional(z.nullable(z.string())),
});

export const installationTokenSchema = z.object({
  token: z.string().check(z.minLength(1)),
  expires_at: timestamp,
  permissions: z.optional(permissions),
  repository_selection: z.optional(selection),
});

export function toAccount({ id, login, name }: z.infer<typeof userSchema>): Account {
  return { id: String(id), login, ...(name ? { name } : {}) };
}

export function toNamespace(
  { id, login }: { id: number; login: string },
  kind: Namespace['kind'],
): Namespace {
  return { id: String(id), path: login, name: login, kind };
}

export function toRepository(wire: WireRepository): Repository {
  const parent = wire.parent ?? wire.template_repository;
  return {
    id: String(wire.id),
    owner: wire.owner.login,
    name: wire.name,
    fullName: wire.full_name,
    description: wire.description ?? '',
    visibility: wire.visibility ?? (wire.private ? 'private' : 'public'),
    webUrl: wire.html_url,
    cloneUrls: {
      https: wire.clone_url ?? `${wire.html_url}.git`,
      ...defined({ ssh: wire.ssh_url }),
    },
    ...(wire.default_branch ? { defaultBranch: wire.default_branch } : {}),
    ...(parent ? { parent: parent.full_name } : {}),
    ...defined({ createdAt: epochOf(wire.created_at) }),
  };
}

/** Named a default branch or not, the repository has no commit yet. */
export function withoutBranch({ defaultBranch: _, ...repository }: Repository): Repository {
  return repository;
}

export function toInstallation(wire: z.infer<typeof installationSchema>): Installation {
  const { account } = wire;
  return {
    id: String(wire.id),
    account: { id: String(account.id), path: account.login ?? account.slug ?? '' },
    repositorySelection: wire.repository_selection,
    permissions: wire.permissions,
    events: wire.events,
    ...defined({ createdAt: epochOf(wire.created_at) }),
    suspended: typeof wire.suspended_at === 'string',
  };
}

export function toInstallationToken(
  wire: z.infer<typeof installationTokenSchema>,
): InstallationToken {
  return {
    token: wire.token,
    expiresAt: Date.parse(wire.expires_at),
    permissions: wire.permissions ?? {},
    repositorySelection: wire.repository_selection ?? 'all',
  };
}

/** Entries on one page: a hundred repositories could pass the limit on an answer's size. */
const pageSize = 50;

/**
 * The query of a listing. The cursor is a page number, never a URL, so that no answer decides where
 * the next request goes.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that is none of ours.
 */
export function pageQuery({ cursor = '1' }: PageRequest): { page: string; per_page: number } {
  if (!/^[1-9]\d{0,5}$/.test(cursor)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is not a cursor of this list' }],
    });
  }
  return { page: cursor, per_page: pageSize };
}

/** The page behind this one, from the `Link` header (RFC 8288). */
export function toPage<T>(items: readonly T[], headers: Headers): Page<T> {
  const next = nextPage(headers.get('link') ?? '');
  return next === undefined ? { items } : { items, next };
}

/** The `page` parameter of the `rel="next"` link, if there is one. */
export function nextPage(link: string): string | undefined {
  const next = link.split(',').find((part) => /;\s?rel="?next\b/.test(part));
  const address = next?.slice(next.indexOf('<') + 1, next.indexOf('>')) ?? '';
  const page = new URLSearchParams(address.split('?')[1]).get('page');
  return page !== null && /^[1-9]\d{0,5}$/.test(page) ? page : undefined;
}
