import { ForgebridgeError } from '../errors.ts';
import {
  type Access,
  type CreationRules,
  capability,
  type Namespace,
  type Provider,
  type Repository,
  type RepositorySettings,
  type SeedFile,
  type Strategy,
} from '../providers/provider.ts';
import { freeNames, nameProblem, noCreationRemedy } from './names.ts';
import type { Plan } from './record.ts';
import { type CreateRequest, maxFileBytes } from './request.ts';
import { substitute } from './substitute.ts';

/** Pages of namespaces that are looked through at most. */
const namespacePages = 20;

/**
 * Decides everything that can be decided before something is created, and refuses here what could
 * only fail later.
 *
 * @throws ForgebridgeError `Unsupported` with what the provider could do instead, `InvalidInput`
 * with the fields, `NotFound` for a template the user cannot read, `AlreadyExists` with suggestions.
 */
export async function planCreation(
  access: Access,
  provider: Provider,
  request: CreateRequest,
): Promise<{ plan: Plan; files: readonly SeedFile[] }> {
  const rules = capability(provider, 'creation', noCreationRemedy);
  const strategy = chooseStrategy(provider, request);
  const settings = wantedSettings(request);
  refuseUnsupported(provider, rules, strategy, request, settings);
  const problem = nameProblem(request.name, rules.name);
  if (problem !== undefined) throw invalid('name', problem);
  const namespace = await findNamespace(access, provider, request.namespace);
  const template = request.template && (await findTemplate(access, provider, request.template));
  await refuseTaken(access, provider, namespace.path, request.name, rules);
  const files = seedFiles(request, namespace);
  const marked = rules.marks.includes(strategy);
  return {
    plan: {
      strategy,
      namespace,
      name: request.name,
      ...(template === undefined ? {} : { template }),
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

function chooseStrategy(provider: Provider, { strategy, template }: CreateRequest): Strategy {
  if (template === undefined) {
    if (strategy === 'auto' || strategy === 'create') return offered(provider, 'create');
    throw invalid('template', `is needed for the strategy ${strategy}`);
  }
  if (strategy === 'create') throw invalid('template', 'does not go with the strategy create');
  if (strategy !== 'auto') return offered(provider, strategy);
  return provider.generate === undefined ? offered(provider, 'fork') : 'generate';
}

function offered(provider: Provider, strategy: Strategy): Strategy {
  const others = (['generate', 'fork', 'create'] as const).filter((each) => provider[each]);
  capability(provider, strategy, `This provider offers: ${others.join(', ')}.`);
  return strategy;
}

function wantedSettings({ description, settings, ci }: CreateRequest): RepositorySettings {
  return {
    ...(description === undefined ? {} : { description }),
    ...settings,
    ...(ci === undefined ? {} : { ci }),
  };
}

function refuseUnsupported(
  provider: Provider,
  rules: CreationRules,
  strategy: Strategy,
  request: CreateRequest,
  settings: RepositorySettings,
): void {
  const refuse = (reason: string, remedy: string) => {
    throw new ForgebridgeError('Unsupported', { reason, remedy });
  };
  if (!rules.visibilities.includes(request.visibility)) {
    refuse(`visibility_${request.visibility}`, `Choose one of: ${rules.visibilities.join(', ')}.`);
  }
  for (const name of Object.keys(
    settings,
  ) as (keyof RepositorySettings)[] /* own keys of its type */) {
    if (rules.settings.includes(name)) continue;
    refuse(`setting_${snakeCase(name)}`, `Leave it out. Taken here: ${rules.settings.join(', ')}.`);
  }
  if (settings.detachFork === true && strategy !== 'fork') {
    throw invalid('settings.detachFork', 'is for forks; this repository will be none');
  }
  if (request.includeAllBranches && strategy === 'create') {
    throw invalid('includeAllBranches', 'needs a template');
  }
  if (request.includeAllBranches && !rules.includeAllBranches) {
    refuse('include_all_branches', 'Leave it out: the default branch alone is taken.');
  }
  capability(provider, 'findRepository');
  capability(provider, 'readiness');
  if (Object.keys(settings).length > 0 || rules.marks.includes(strategy)) {
    capability(provider, 'configure', 'Leave out description, settings and ci.');
  }
  if (request.files.length > 0) capability(provider, 'commitFiles', 'Leave out files.');
  if (request.onFailure === 'delete') {
    capability(provider, 'deleteRepository', 'Choose keep for onFailure.');
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function findNamespace(
  access: Access,
  provider: Provider,
  path: string | undefined,
): Promise<Namespace> {
  const wanted = (path ?? access.login).toLowerCase();
  const namespaces = capability(provider, 'namespaces');
  let cursor: string | undefined;
  for (let page = 1; page <= namespacePages; page += 1) {
    const { items, next } = await namespaces(access, cursor === undefined ? {} : { cursor });
    const found = items.find((each) => each.path.toLowerCase() === wanted);
    if (found !== undefined) return found;
    if (next === undefined) break;
    cursor = next;
  }
  throw invalid('namespace', 'is none that this connection can create in');
}

/** The template's own full name, as the provider spells it. */
async function findTemplate(access: Access, provider: Provider, fullName: string): Promise<string> {
  const template = await capability(provider, 'findRepository')(access, fullName);
  if (template === undefined) {
    throw new ForgebridgeError('NotFound', {
      reason: 'template_not_found',
      remedy: 'Check the name of the template, and that the connected account can read it.',
    });
  }
  await refuseEmpty(access, provider, template);
  return template.fullName;
}

/** A template without a commit never becomes a ready repository. */
async function refuseEmpty(
  access: Access,
  provider: Provider,
  template: Repository,
): Promise<void> {
  const readiness =
    template.defaultBranch === undefined
      ? undefined
      : await capability(provider, 'readiness')(access, template);
  if (readiness?.state === 'ready') return;
  throw new ForgebridgeError('InvalidInput', {
    reason: 'template_without_commits',
    fields: [{ field: 'template', problem: 'has no commits to start from' }],
    remedy: 'Push a commit to the template, or choose another one.',
  });
}

async function refuseTaken(
  access: Access,
  provider: Provider,
  namespacePath: string,
  name: string,
  rules: CreationRules,
): Promise<void> {
  const found = await capability(provider, 'findRepository')(access, `${namespacePath}/${name}`);
  if (found === undefined) return;
  const suggestions = await freeNames(access, provider, namespacePath, name, rules.name);
  throw new ForgebridgeError('AlreadyExists', { reason: 'name_taken', suggestions });
}

function seedFiles(request: CreateRequest, namespace: Namespace): readonly SeedFile[] {
  const values = new Map([
    ...Object.entries(request.variables),
    ['name', request.name],
    ['owner', namespace.path],
    ['description', request.description ?? ''],
  ] as [string, string][]); // pairs of strings, which an array literal does not say
  const files = substitute(request.files, values);
  const bytes = files.reduce((sum, file) => sum + file.bytes.byteLength, 0);
  if (bytes > maxFileBytes) {
    throw invalid('files', `must hold at most ${maxFileBytes} bytes together, placeholders filled`);
  }
  return files.map((file) => ({ path: file.path, content: file.bytes.toString('base64') }));
}

function invalid(field: string, problem: string): ForgebridgeError {
  return new ForgebridgeError('InvalidInput', { fields: [{ field, problem }] });
}
