import type { Access, Provider, Visibility } from '../providers/provider.ts';
import { creationOf, findNamed, freeNames, isFree, nameProblem, sameName } from './names.ts';
import { findTarget } from './namespaces.ts';

/** What a name can be used for. */
export interface NameCheck {
  readonly available: boolean;
  /** Free names close to it. */
  readonly suggestions: string[];
  /** Why it can be no repository's name here. */
  readonly problem?: string;
}

/**
 * Whether a repository of that name can be created in the namespace, and free names near it if not.
 * Without a namespace it is the account's own.
 *
 * @throws ForgebridgeError `Unsupported` where nothing can be created, what {@link findTarget}
 * raises for a namespace in which this connection cannot create, and what the look-up raises: trouble
 * is never taken for "free".
 */
export async function checkName(
  access: Access,
  provider: Provider,
  namespace: string | undefined,
  name: string,
): Promise<NameCheck> {
  const { rules } = creationOf(provider);
  const problem = nameProblem(name, rules.name);
  if (problem !== undefined) return { available: false, suggestions: [], problem };
  const path =
    namespace === undefined || sameName(namespace, access.login)
      ? access.login
      : (await findTarget(access, provider, { namespace })).path;
  if (await isFree(access, provider, `${path}/${name}`)) {
    return { available: true, suggestions: [] };
  }
  return {
    available: false,
    suggestions: await freeNames(access, provider, path, name, rules.name),
  };
}

/** What is known of a template before anything is made from it. */
export interface TemplateCheck {
  readonly readable: boolean;
  /** As the host spells it. */
  readonly fullName?: string;
  readonly visibility?: Visibility;
}

/**
 * Whether the account can read that template now.
 *
 * @throws ForgebridgeError `Unsupported` where nothing can be created, and what the look-up raises.
 */
export async function checkTemplate(
  access: Access,
  provider: Provider,
  fullName: string,
): Promise<TemplateCheck> {
  const found = await findNamed(access, provider, fullName);
  if (found === undefined) return { readable: false };
  return { readable: true, fullName: found.fullName, visibility: found.visibility };
}
