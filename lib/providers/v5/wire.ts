import * as z from 'zod/mini';
import { ForgebridgeError } from '../../errors.ts';
import type { Answer } from '../../http/answer.ts';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type { Account, Namespace, Page, Repository, Visibility } from '../provider.ts';

/** Rows asked for per page; the most these hosts give. */
export const perPage = 100;

const text = z.nullish(z.string());
const flag = z.nullish(z.boolean());

/** Numbers at one host, hexadecimal strings at another. */
export const idSchema = z.pipe(
  z.union([z.int(), z.string().check(z.minLength(1))]),
  z.transform((id) => String(id)),
);

/** A repository; hosts leave out or null whatever they do not fill in. */
export const repositorySchema = z.object({
  id: idSchema,
  full_name: z.string().check(z.regex(/^[^/\s][^\s]*\/[^/\s]+$/)),
  description: text,
  visibility: text,
  private: flag,
  public: flag,
  internal: flag,
  html_url: text,
  web_url: text,
  ssh_url: text,
  ssh_url_to_repo: text,
  git_url: text,
  default_branch: text,
  empty_repo: flag,
  created_at: text,
  parent: z.catch(z.nullish(z.object({ full_name: z.string() })), undefined),
});

type RepositoryBody = z.infer<typeof repositorySchema>;

/** `webUrl` is the host's own: some answers name no address of the repository. */
export function toRepository(body: RepositoryBody, webUrl: string): Repository {
  const cut = body.full_name.lastIndexOf('/');
  const address = (body.html_url ?? body.web_url ?? `${webUrl}/${body.full_name}`).replace(
    /\.git$/,
    '',
  );
  const ssh = [body.ssh_url, body.ssh_url_to_repo, body.git_url].find(isSsh);
  const createdAt = epochOf(body.created_at);
  return {
    id: body.id,
    owner: body.full_name.slice(0, cut),
    name: body.full_name.slice(cut + 1),
    fullName: body.full_name,
    description: body.description ?? '',
    visibility: visibilityOf(body),
    webUrl: address,
    cloneUrls: { https: `${address}.git`, ...(ssh ? { ssh } : {}) },
    ...(body.default_branch && body.empty_repo !== true
      ? { defaultBranch: body.default_branch }
      : {}),
    ...(body.parent ? { parent: body.parent.full_name } : {}),
    ...defined({ createdAt }),
  };
}

function isSsh(url: string | null | undefined): boolean {
  return typeof url === 'string' && /^(ssh:\/\/|git@)/.test(url);
}

function visibilityOf(body: RepositoryBody): Visibility {
  if (body.internal === true || body.visibility === 'internal') return 'internal';
  if (body.private === true || body.visibility === 'private') return 'private';
  const open = body.public === true || body.private === false || body.visibility === 'public';
  // Not said: assume the least, so that nobody takes a private repository for a public one.
  return open ? 'public' : 'private';
}

/** A place for repositories: `type` at one host, `kind` and `full_path` at another. */
export const namespaceSchema = z.object({
  id: idSchema,
  type: text,
  kind: text,
  name: text,
  path: z.string(),
  full_path: text,
});

/** Undefined for what is neither a user nor a group (an enterprise takes other calls). */
export function toNamespace(body: z.infer<typeof namespaceSchema>): Namespace | undefined {
  const path = body.full_path ?? body.path;
  const named = { id: body.id, path, name: body.name ?? path };
  const word = body.type ?? body.kind;
  if (word === 'personal' || word === 'user') return { ...named, kind: 'user' };
  if (word === 'group') return { ...named, kind: 'organization' };
  return undefined;
}

export const userSchema = z.object({
  id: idSchema,
  login: z.string().check(z.minLength(1)),
  name: text,
});

export function toAccount(body: z.infer<typeof userSchema>): Account {
  return { id: body.id, login: body.login, ...(body.name ? { name: body.name } : {}) };
}

/**
 * The number of the page a cursor stands for; the first without one.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that is none of ours.
 */
export function pageNumber(cursor: string | undefined): number {
  if (cursor === undefined) return 1;
  if (/^[1-9]\d{0,5}$/.test(cursor)) return Number(cursor);
  throw new ForgebridgeError('InvalidInput', {
    fields: [{ field: 'cursor', problem: 'is not a cursor of this list' }],
  });
}

/** Another page follows when `total_page` says so; without that header, when this one is full. */
export function toPage<T>(items: readonly T[], page: number, { headers, body }: Answer): Page<T> {
  const total = Number(headers.get('total_page') ?? Number.NaN);
  const full = Array.isArray(body) && body.length >= perPage;
  const more = Number.isInteger(total) ? page < total : full;
  return { items, ...(more ? { next: String(page + 1) } : {}) };
}
