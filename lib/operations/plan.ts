import type { CreateRequest } from '../api/requests/createRepository.ts';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import {
  type Account,
  type Creation,
  type CreationRules,
  capability,
  type Provider,
  type RepositorySettings,
  type SeedFile,
  type Strategy,
} from '../providers/provider.ts';

import { creationOf, nameProblem, sameName } from './names.ts';
import { pathProblems } from './paths.ts';

import type { Plan } from './record.ts';
import { substitute } from './substitute.ts';

/** Of all files together, as bytes in the repository. */
const maxFileBytes = 256 * 1024;

/**
 * Decides everything that follows from the request and from what the provider says of itself, and
 * refuses here what could only fail later. The provider is not asked anything: what only a token can
 * tell is in preflight.ts.
 *
 * @throws ForgebridgeError `Unsupported` with what the provider could do instead, `InvalidInput`
 * with the fields.
 */
export function planCreation(
  provider: Provider,
  account: Account,
  request: CreateRequest,
): { plan: Plan; files: readonly SeedFile[] } {
  const creation = creationOf(provider);
  const { rules } = creation;
  const strategy = chooseStrategy(creation, request);
  const settings = wantedSettings(request);
  refuseUnsupported(creation, strategy, request, settings);
  const problem = nameProblem(request.name, rules.name);
  if (problem !== undefined) throw invalid('name', problem);
  const namespace = request.namespace ?? account.login;
  const { template } = request;
  const files = seedFiles(request, namespace);
  const marked = rules.marks.includes(strategy);
  return {
    plan: {
      strategy,
      namespace,
      own: request.namespace === undefined || sameName(namespace, account.login),
      name: request.name,
      ...defined({ template }),
      includeAllBranches: request.includeAllBranches,
      visibility: request.visibility,
      marked,
      settings: marked ? { description: '', ...settings } : settings,
      files: files.length,
      commitMessage: request.commitMessage,
      onFailure: request.onFailure,
    },
    files,
  };
}

function chooseStrategy(creation: Creation, { strategy, template }: CreateRequest): Strategy {
  if (template === undefined) {
    if (strategy === 'auto' || strategy === 'create') return offered(creation, 'create');
    throw invalid('template', `is needed for the strategy ${strategy}`);
  }
  if (strategy === 'create') throw invalid('template', 'does not go with the strategy create');
  if (strategy !== 'auto') return offered(creation, strategy);
  return creation.generate === undefined ? offered(creation, 'fork') : 'generate';
}

function offered(creation: Creation, strategy: Strategy): Strategy {
  const others = (['generate', 'fork', 'create'] as const).filter((each) => creation[each]);
  capability(creation, strategy, `This provider offers: ${others.join(', ')}.`);
  return strategy;
}

function wantedSettings({ description, settings, ci }: CreateRequest): RepositorySettings {
  return {
    ...defined({ description }),
    ...settings,
    ...defined({ ci }),
  };
}

function refuseUnsupported(
  creation: Creation,
  strategy: Strategy,
  request: CreateRequest,
  settings: RepositorySettings,
): void {
  const { rules } = creation;
  if (!rules.visibilities.includes(request.visibility)) {
    const remedy = `Choose one of: ${rules.visibilities.join(', ')}.`;
    throw unsupported(`visibility_${request.visibility}`, remedy);
  }
  refuseSettings(rules, strategy, settings);
  if (request.includeAllBranches && strategy === 'create') {
    throw invalid('includeAllBranches', 'needs a template');
  }
  if (request.includeAllBranches && !rules.includeAllBranches) {
    throw unsupported('include_all_branches', 'Leave it out: the default branch alone is taken.');
  }
  if (request.onFailure === 'delete') {
    capability(creation, 'deleteRepository', 'Choose keep for onFailure.');
  }
}

function refuseSettings(
  rules: CreationRules,
  strategy: Strategy,
  settings: RepositorySettings,
): void {
  const names = Object.keys(settings) as (keyof RepositorySettings)[]; // own keys of its type
  for (const name of names) {
    if (!rules.settings.includes(name)) {
      const remedy = `Leave it out. Taken here: ${rules.settings.join(', ')}.`;
      throw unsupported(`setting_${snakeCase(name)}`, remedy);
    }
    if (settings[name] === false && rules.onlyOn?.includes(name)) {
      throw unsupported(`${snakeCase(name)}_cannot_be_turned_off`, 'Leave it out, or turn it on.');
    }
  }
  if (settings.detachFork === true && strategy !== 'fork') {
    throw invalid('settings.detachFork', 'is for forks; this repository will be none');
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function seedFiles(request: CreateRequest, namespace: string): readonly SeedFile[] {
  refusePaths(request.files.map(({ path }) => path));
  const values = new Map([
    ...Object.entries(request.variables),
    ['name', request.name],
    ['owner', namespace],
    ['description', request.description ?? ''],
  ] as [string, string][]); // pairs of strings, which an array literal does not say
  const files = substitute(request.files, values, maxFileBytes);
  return files.map((file) => ({ path: file.path, content: file.bytes.toString('base64') }));
}

function refusePaths(paths: readonly string[]): void {
  const fields = pathProblems(paths).map(({ index, problem }) => ({
    field: `files.${index}.path`,
    problem,
  }));
  if (fields.length > 0) {
    throw new ForgebridgeError('InvalidInput', { fields: fields.slice(0, 20) });
  }
}

function unsupported(reason: string, remedy: string): ForgebridgeError {
  return new ForgebridgeError('Unsupported', { reason, remedy });
}

function invalid(field: string, problem: string): ForgebridgeError {
  return new ForgebridgeError('InvalidInput', { fields: [{ field, problem }] });
}
