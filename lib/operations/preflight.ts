import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Access, Provider } from '../providers/provider.ts';
import { creationOf, findNamed, freeNames } from './names.ts';
import { findTarget } from './namespaces.ts';
import type { Operations } from './operation.ts';
import type { OperationRecord, Plan, Preflight } from './record.ts';
import type { Step } from './step.ts';

/**
 * Asks the host what only a token can tell, before the name is reserved and anything is created. The
 * answer is recorded: a step that runs again goes by it, and finds its own repository by adoption.
 *
 * @throws ForgebridgeError `InvalidInput` for a namespace that is none of this connection's or a
 * template without commits, `InstallationRequired` where an app must be installed for it, `NotFound`
 * for a template the user cannot read, `AlreadyExists` with suggestions.
 */
export async function passPreflight(
  ops: Pick<Operations, 'store'>,
  { record, use }: Step,
): Promise<OperationRecord & { readonly preflight: Preflight }> {
  if (record.preflight !== undefined) return { ...record, preflight: record.preflight };
  const preflight = await use((access, provider) => askHost(ops, access, provider, record));
  const kept = await ops.store.change(record, (current) =>
    current.preflight === undefined ? { ...current, preflight } : undefined,
  );
  return { ...kept, preflight: kept.preflight ?? preflight };
}

async function askHost(
  ops: Pick<Operations, 'store'>,
  access: Access,
  provider: Provider,
  record: OperationRecord,
): Promise<Preflight> {
  const { plan } = record;
  const namespace = await findTarget(access, provider, plan);
  const template =
    plan.template === undefined
      ? undefined
      : await findTemplate(access, provider, { ...plan, template: plan.template });
  await refuseTaken(ops, access, provider, record, namespace.path);
  return { namespace, ...defined({ template }) };
}

/** The template's own full name, as the provider spells it. */
async function findTemplate(access: Access, provider: Provider, plan: Plan & { template: string }) {
  const template = await readTemplate(access, provider, plan.template);
  if (template === undefined) {
    throw new ForgebridgeError('NotFound', {
      reason: 'template_not_found',
      remedy: 'Check the name of the template, and that the connected account can read it.',
    });
  }
  const { rules, readiness } = creationOf(provider);
  const fixed = plan.strategy === 'fork' && rules.forksKeepVisibility === true;
  if (fixed && template.visibility !== plan.visibility) {
    throw new ForgebridgeError('Unsupported', {
      reason: 'fork_visibility',
      remedy: `A fork is as visible as its source here. Choose ${template.visibility}, or generate from the template.`,
    });
  }
  // A template without a commit never becomes a ready repository.
  if ((await readiness(access, template)).state === 'ready') return template.fullName;
  throw new ForgebridgeError('InvalidInput', {
    reason: 'template_without_commits',
    fields: [{ field: 'template', problem: 'has no commits to start from' }],
    remedy: 'Push a commit to the template, or choose another one.',
  });
}

async function readTemplate(access: Access, provider: Provider, fullName: string) {
  try {
    return await creationOf(provider).findRepository(access, fullName);
  } catch (error) {
    const blocked = isForgebridgeError(error) && error.details.reason === 'repository_blocked';
    if (!blocked) throw error;
    throw new ForgebridgeError(error.code, { ...error.details, reason: 'template_blocked' });
  }
}

async function refuseTaken(
  ops: Pick<Operations, 'store'>,
  access: Access,
  provider: Provider,
  { id, plan }: OperationRecord,
  path: string,
): Promise<void> {
  if ((await findNamed(access, provider, `${path}/${plan.name}`)) === undefined) return;
  // Read behind the look: a run beside this one may have created it. Then adoption tells whose it is.
  const current = await ops.store.read(id);
  if (current !== undefined && current.creatingCalls > 0) return;
  const { rules } = creationOf(provider);
  const suggestions = await freeNames(access, provider, path, plan.name, rules.name);
  throw new ForgebridgeError('AlreadyExists', { reason: 'name_taken', suggestions });
}
