import * as z from 'zod/mini';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type {
  Account,
  Installation,
  InstallationToken,
  Namespace,
  Repository,
} from '../provider.ts';
import {
  fullNameSchema,
  idSchema,
  looseFlag,
  looseText,
  splitName,
  visibilityOf,
  wordSchema,
} from '../wire.ts';

const permissions = z.catch(z.record(z.string(), z.string()), {});

/** A user, an organization or an enterprise: the last has a slug and no login. */
const accountSchema = z.object({
  id: idSchema,
  login: looseText,
  slug: looseText,
  name: looseText,
});

export const userSchema = z.object({ id: idSchema, login: wordSchema, name: looseText });

/** A branch that has a commit. */
export const branchSchema = z.object({ commit: z.object({ sha: wordSchema }) });

export const organizationSchema = z.object({ id: idSchema, login: wordSchema });

const named = z.catch(z.nullish(z.object({ full_name: fullNameSchema })), undefined);

/** A repository; its owner is null when the account is gone, and stands in the name all the same. */
export const repositorySchema = z.object({
  id: idSchema,
  full_name: fullNameSchema,
  description: looseText,
  homepage: looseText,
  private: looseFlag,
  visibility: looseText,
  html_url: looseText,
  clone_url: looseText,
  ssh_url: looseText,
  default_branch: looseText,
  size: z.catch(z.nullish(z.number()), undefined),
  is_template: looseFlag,
  has_issues: looseFlag,
  has_wiki: looseFlag,
  parent: named,
  template_repository: named,
  created_at: looseText,
});
export type WireRepository = z.infer<typeof repositorySchema>;

export const installationSchema = z.object({
  id: idSchema,
  account: z.catch(z.nullish(accountSchema), undefined),
  repository_selection: looseText,
  permissions,
  events: z.catch(z.array(z.unknown()), []),
  created_at: looseText,
  suspended_at: looseText,
});

export const installationTokenSchema = z.object({
  token: wordSchema,
  expires_at: z.iso.datetime({ offset: true }),
  permissions,
  repository_selection: looseText,
});

export function toAccount({ id, login, name }: z.infer<typeof userSchema>): Account {
  return { id, login, ...defined({ name: name || undefined }) };
}

export function toNamespace(
  { id, login }: { id: string; login: string },
  kind: Namespace['kind'],
): Namespace {
  return { id, path: login, name: login, kind };
}

/** `webUrl` is the host's own, for answers that name no address. */
export function toRepository(wire: WireRepository, webUrl: string): Repository {
  const fullName = wire.full_name;
  const address = wire.html_url || `${webUrl}/${fullName}`;
  const parent = wire.parent ?? wire.template_repository;
  return {
    id: wire.id,
    ...splitName(fullName),
    fullName,
    description: wire.description ?? '',
    visibility: visibilityOf(wire.visibility, wire.private),
    webUrl: address,
    cloneUrls: {
      https: wire.clone_url || `${address}.git`,
      ...defined({ ssh: wire.ssh_url || undefined }),
    },
    ...defined({
      defaultBranch: wire.default_branch || undefined,
      parent: parent?.full_name,
      createdAt: epochOf(wire.created_at),
    }),
  };
}

/** Named a default branch or not, the repository has no commit yet. */
export function withoutBranch({ defaultBranch: _, ...repository }: Repository): Repository {
  return repository;
}

/** Undefined where the account is gone: nothing can be asked of such an installation. */
export function toInstallation(wire: z.infer<typeof installationSchema>): Installation | undefined {
  const { account } = wire;
  const path = account?.login || account?.slug;
  if (!account || !path) return undefined;
  return {
    id: wire.id,
    account: { id: account.id, path },
    repositorySelection: selectionOf(wire.repository_selection),
    permissions: wire.permissions,
    events: wire.events.filter((event) => typeof event === 'string'),
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
    permissions: wire.permissions,
    repositorySelection: selectionOf(wire.repository_selection),
  };
}

/** Not said: all of them, as GitHub means it. */
function selectionOf(word: string | null | undefined): 'all' | 'selected' {
  return word?.toLowerCase() === 'selected' ? 'selected' : 'all';
}
