import * as z from 'zod/mini';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type { Account, Namespace, Repository, Visibility } from '../provider.ts';
import { fullNameSchema, idSchema, looseFlag, looseText, splitName, wordSchema } from '../wire.ts';

export const userSchema = z.object({
  id: idSchema,
  login: wordSchema,
  full_name: looseText,
});

/** Organisations carry no `login`. */
export const organizationSchema = z.object({
  id: idSchema,
  name: wordSchema,
  full_name: looseText,
});

export const repositorySchema = z.object({
  id: idSchema,
  full_name: fullNameSchema,
  description: looseText,
  private: z.boolean(),
  internal: looseFlag,
  empty: looseFlag,
  fork: looseFlag,
  html_url: z.string(),
  clone_url: z.string(),
  ssh_url: looseText,
  default_branch: looseText,
  parent: z.catch(z.nullish(z.object({ full_name: fullNameSchema })), undefined),
  created_at: looseText,
  website: looseText,
  has_issues: looseFlag,
  has_wiki: looseFlag,
  has_actions: looseFlag,
});
type WireRepository = z.infer<typeof repositorySchema>;

export const branchSchema = z.object({ name: z.string() });

/** A file; `sha` is Git's id of its bytes. */
export const fileSchema = z.object({ sha: z.string() });

export const versionSchema = z.object({ version: z.string() });

export function toAccount({ id, login, full_name }: z.infer<typeof userSchema>): Account {
  return { id, login, ...(full_name ? { name: full_name } : {}) };
}

export function ownNamespace({ id, login, full_name }: z.infer<typeof userSchema>): Namespace {
  return { id, path: login, name: full_name || login, kind: 'user' };
}

export function toNamespace({
  id,
  name,
  full_name,
}: z.infer<typeof organizationSchema>): Namespace {
  return { id, path: name, name: full_name || name, kind: 'organization' };
}

export function toRepository(wire: WireRepository): Repository {
  return {
    id: wire.id,
    ...splitName(wire.full_name),
    fullName: wire.full_name,
    description: wire.description ?? '',
    visibility: visibilityOf(wire),
    webUrl: wire.html_url,
    cloneUrls: { https: wire.clone_url, ...defined({ ssh: wire.ssh_url || undefined }) },
    ...defined({
      // An empty repository names the branch ahead; just after it was generated the name is empty.
      defaultBranch: wire.empty ? undefined : wire.default_branch || undefined,
      parent: wire.parent?.full_name,
      createdAt: epochOf(wire.created_at),
    }),
  };
}

/** What is not private inside a private organisation (`internal`) is for its members all the same. */
function visibilityOf(wire: Pick<WireRepository, 'private' | 'internal'>): Visibility {
  return wire.private || wire.internal === true ? 'private' : 'public';
}
