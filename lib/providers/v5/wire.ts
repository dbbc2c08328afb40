import * as z from 'zod/mini';
import { ForgebridgeError } from '../../errors.ts';
import { type Answer, parseBody, parseRows, type Schema } from '../../http/answer.ts';
import { readPage } from '../../http/paging.ts';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type { Account, Namespace, Page, Repository, Visibility } from '../provider.ts';
import {
  fullNameSchema,
  idSchema,
  looseFlag,
  looseText,
  sameName,
  splitName,
  visibilityOf,
  wordSchema,
} from '../wire.ts';
import type { V5Rest } from './rest.ts';

const placeSchema = z.catch(
  z.nullish(z.object({ path: looseText, full_path: looseText })),
  undefined,
);

/** What says how a repository is called. */
const names = { full_name: looseText, path: looseText, namespace: placeSchema };
const named = z.object(names);

export const branchSchema = z.object({ name: wordSchema });

/** A repository; hosts leave out or null whatever they do not fill in. */
export const repositorySchema = z.object({
  id: idSchema,
  ...names,
  description: looseText,
  homepage: looseText,
  visibility: looseText,
  private: looseFlag,
  public: looseFlag,
  internal: looseFlag,
  has_issues: looseFlag,
  has_wiki: looseFlag,
  html_url: looseText,
  web_url: looseText,
  ssh_url: looseText,
  ssh_url_to_repo: looseText,
  git_url: looseText,
  default_branch: looseText,
  empty_repo: looseFlag,
  created_at: looseText,
  parent: z.catch(z.nullish(named), undefined),
  parentfull_name: looseText,
});
export type RepositoryBody = z.infer<typeof repositorySchema>;

/**
 * `webUrl` is the host's own: some answers name no address of the repository. Undefined for one that
 * has no name.
 */
export function toRepository(body: RepositoryBody, webUrl: string): Repository | undefined {
  const fullName = fullNameOf(body);
  if (fullName === undefined) return undefined;
  const given = body.html_url || body.web_url || `${webUrl}/${fullName}`;
  const address = given.replace(/\.git$/, '');
  const ssh = [body.ssh_url, body.ssh_url_to_repo, body.git_url].find(isSsh);
  const parent =
    (body.parent ? fullNameOf(body.parent) : undefined) ??
    fullNameSchema.safeParse(body.parentfull_name).data;
  return {
    id: body.id,
    ...splitName(fullName),
    fullName,
    description: body.description ?? '',
    visibility: saidVisibility(body) ?? 'private',
    webUrl: address,
    cloneUrls: { https: `${address}.git`, ...defined({ ssh: ssh || undefined }) },
    ...defined({
      defaultBranch: body.empty_repo === true ? undefined : body.default_branch || undefined,
      parent,
      createdAt: epochOf(body.created_at),
    }),
  };
}

/** @throws ForgebridgeError `ProviderProtocol`, `reason: 'unexpected_body'` for what is none. */
export function readRepository({ body }: Answer, webUrl: string): Repository {
  const repository = toRepository(parseBody(repositorySchema, body), webUrl);
  if (repository !== undefined) return repository;
  throw new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_body' });
}

/**
 * The name in the repository's address. `full_name` can be made of what people read, in any
 * language; the paths of namespace and repository cannot.
 */
function fullNameOf({ full_name, path, namespace }: z.infer<typeof named>): string | undefined {
  const said = full_name ?? '';
  const owner = namespace?.full_path || namespace?.path || splitName(said).owner;
  const name = path || splitName(said).name.trim();
  return fullNameSchema.safeParse(`${owner}/${name}`).data;
}

function isSsh(url: string | null | undefined): boolean {
  return typeof url === 'string' && /^(ssh:\/\/|git@)/.test(url);
}

/** Undefined when nothing is said. */
export function saidVisibility(body: RepositoryBody): Visibility | undefined {
  if (body.internal === true) return 'internal';
  if (body.visibility) return visibilityOf(body.visibility, body.private);
  if (body.private === true) return 'private';
  return body.private === false || body.public === true ? 'public' : undefined;
}

/** A place for repositories: `type` at one host, `kind` and `full_path` at another. */
export const namespaceSchema = z.object({
  id: idSchema,
  type: looseText,
  kind: looseText,
  name: looseText,
  path: wordSchema,
  full_path: looseText,
});

export type NamespaceBody = z.infer<typeof namespaceSchema>;

/** `login` tells a person's own place from others, where its type is not said. */
export function toNamespace(body: NamespaceBody, login: string): Namespace {
  const path = body.full_path || body.path;
  const word = (body.type ?? body.kind)?.toLowerCase();
  const own = word === undefined ? sameName(path, login) : /^(personal|user)$/.test(word);
  return { id: body.id, path, name: body.name || path, kind: own ? 'user' : 'organization' };
}

export const userSchema = z.object({ id: idSchema, login: wordSchema, name: looseText });

export function toAccount({ id, login, name }: z.infer<typeof userSchema>): Account {
  return { id, login, ...defined({ name: name || undefined }) };
}

/**
 * One of the dialect's lists, page by page. Another page follows when `total_page` says so; without
 * that header, when this one is full.
 */
export function v5Page<Row, Item>(
  rest: V5Rest,
  token: string,
  cursor: string | undefined,
  list: {
    readonly path: string;
    readonly query?: Readonly<Record<string, string | undefined>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly row: Schema<Row>;
    readonly convert: (row: Row) => Item | undefined;
  },
): Promise<Page<Item>> {
  const { path, row, convert, headers } = list;
  return readPage(cursor, async ({ page, size }) => {
    const query = { ...list.query, page, per_page: size };
    const answer = await rest({ method: 'GET', path, query, token, ...defined({ headers }) });
    const items = parseRows(row, answer.body, convert, rest.leftOut);
    const total = Number(answer.headers.get('total_page') ?? Number.NaN);
    const full = Array.isArray(answer.body) && answer.body.length >= size;
    return { items, more: Number.isInteger(total) ? page < total : full };
  });
}
