import { isForgebridgeError } from '../errors.ts';
import {
  type Access,
  type Creation,
  type CreationRules,
  capability,
  type Provider,
  type Repository,
} from '../providers/provider.ts';

/** How many numbered names are tried, and how many free ones are enough. */
const candidates = 6;
const enough = 3;

const noCreationRemedy =
  'Create the repository at the provider itself, or use a connection to a provider that creates.';

/** @throws ForgebridgeError `Unsupported` where nothing can be created, with what to do instead. */
export function creationOf(provider: Provider): Creation {
  return capability(provider, 'creation', noCreationRemedy);
}

/**
 * Why `name` can be no repository's name: first what is unsafe anywhere (it becomes a path segment
 * of URLs and clones), then the host's own rule. Undefined for a good one.
 */
export function nameProblem(name: string, rules: CreationRules['name']): string | undefined {
  if (name.length > rules.maxLength) return `must be at most ${rules.maxLength} characters long`;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'must consist of letters, digits, ".", "_" and "-"';
  if (name === '.' || name.includes('..')) return 'must not be "." and not hold ".."';
  if (/\.(?:git|atom|wiki)$/i.test(name)) return 'must not end in .git, .wiki or .atom';
  if (!rules.pattern.test(name)) return 'is not a name that this provider takes';
  return undefined;
}

/** Up to three of `name-1`, `name-2`, … that fit the host's rule and are free. */
export async function freeNames(
  access: Access,
  provider: Provider,
  namespacePath: string,
  name: string,
  rules: CreationRules['name'],
): Promise<string[]> {
  const free: string[] = [];
  for (let number = 1; number <= candidates && free.length < enough; number += 1) {
    const candidate = numbered(name, number, rules.maxLength);
    if (nameProblem(candidate, rules) !== undefined) continue;
    try {
      if (await isFree(access, provider, `${namespacePath}/${candidate}`)) free.push(candidate);
    } catch (error) {
      // Suggestions are a courtesy: trouble ends them, and the answer stays that the name is taken.
      if (isForgebridgeError(error)) return free;
      throw error;
    }
  }
  return free;
}

/** `name-number`, the name cut so that the whole fits. */
export function numbered(name: string, number: number, maxLength: number): string {
  const suffix = `-${number}`;
  return name.slice(0, maxLength - suffix.length) + suffix;
}

/** Whether nothing stands at that name. */
export async function isFree(
  access: Access,
  provider: Provider,
  fullName: string,
): Promise<boolean> {
  return (await findNamed(access, provider, fullName)) === undefined;
}

/** What stands at that name itself: a host that leads an old name on has nothing there. */
export async function findNamed(
  access: Access,
  provider: Provider,
  fullName: string,
): Promise<Repository | undefined> {
  const found = await creationOf(provider).findRepository(access, fullName);
  return found !== undefined && sameName(found.fullName, fullName) ? found : undefined;
}

/** Names differ by more than case. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The last part of a full name. */
export function nameOf(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('/') + 1);
}
