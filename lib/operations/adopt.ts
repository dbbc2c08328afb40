import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import type { Access, NewRepository, Provider, Repository } from '../providers/provider.ts';
import { findNamed, sameName } from './names.ts';
import type { Operations } from './operation.ts';
import { markOf, type OperationRecord, targetName } from './record.ts';
import type { Step } from './step.ts';

/** How far the provider's clock may be behind ours for its creation times to count. */
const skewMs = 60_000;
/** Looks for a name that is taken but not found yet. */
const looks = 4;
const firstPause = 500;

/** One creating call of the contract, with everything bound but what adoption decides. */
export type CreatingCall = (
  access: Access,
  provider: Provider,
  to: Omit<NewRepository, 'namespace'>,
) => Promise<Repository>;

/** The operation's repository, and whether the provider itself proved that it is this operation's. */
export interface Owned {
  readonly repository: Repository;
  readonly proved: boolean;
}

/**
 * Creates the repository once, however often this runs, even twice at a time, and wherever it died.
 *
 * The name is reserved among operations; every creating call is counted on the record before it goes
 * out. Each run looks before it acts and adopts what an earlier one made: by the mark in its
 * description, or, where the creating call takes none, by owner, parent and a creation time after
 * the first call. Anything else of that name is a stranger's.
 *
 * @throws ForgebridgeError `AlreadyExists` for a stranger's repository or a name that another
 * operation holds; `ProviderTimeout` when the answer was lost: run it again.
 */
export async function createOnce(ops: Operations, step: Step, call: CreatingCall): Promise<Owned> {
  if (!(await ops.store.reserve(step.record))) {
    throw new ForgebridgeError('AlreadyExists', { reason: 'name_being_created' });
  }
  return step.use(async (access, provider) => {
    const found = await look(access, provider, step.record);
    // Read behind the look: what a call of ours made is only seen after that call was counted.
    const record = (await ops.store.read(step.record.id)) ?? step.record;
    if (found !== undefined) return adopt(found, record);
    const counted = await ops.store.change(record.id, (current) => ({
      ...current,
      intentAt: current.intentAt ?? ops.now(),
      creatingCalls: current.creatingCalls + 1,
    }));
    try {
      const repository = await create(counted, access, provider, call);
      return counted.creatingCalls === 1
        ? { repository, proved: true }
        : adopt(repository, counted);
    } catch (error) {
      return afterRefusal(ops, step.record, access, provider, error);
    }
  });
}

/** The repository of that name if it is this operation's, for a last look when all has ended. */
export async function findOwned(
  access: Access,
  provider: Provider,
  record: OperationRecord,
): Promise<Owned | undefined> {
  const found = await look(access, provider, record);
  return found === undefined ? undefined : owned(found, record);
}

async function create(
  record: OperationRecord,
  access: Access,
  provider: Provider,
  call: CreatingCall,
): Promise<Repository> {
  const { plan, id } = record;
  const repository = await call(access, provider, {
    name: plan.name,
    description: plan.marked ? markOf(id) : (plan.settings.description ?? ''),
    visibility: plan.visibility,
  });
  if (sameName(repository.fullName, targetName(record))) return repository;
  // A host that allows one fork of a repository per owner answers with the one that is there.
  throw new ForgebridgeError('AlreadyExists', {
    reason: 'fork_exists',
    remedy: `A fork stands at ${repository.fullName} already. Use that one, or remove it first.`,
  });
}

/**
 * A refusal of the only call there was is the host's word that nothing was made. With other calls,
 * whose answers were lost or are still to come, it can be their doing: then theirs shows sooner or later.
 */
async function afterRefusal(
  ops: Operations,
  { id }: OperationRecord,
  access: Access,
  provider: Provider,
  refusal: unknown,
): Promise<Owned> {
  const record = await ops.store.read(id);
  const mayBeOurs = record !== undefined && record.creatingCalls > 1;
  if (!mayBeOurs || !isForgebridgeError(refusal) || refusal.retryable) throw refusal;
  const found = await lookPatiently(ops, access, provider, record);
  if (found === undefined) throw refusal;
  return adopt(found, record);
}

async function lookPatiently(
  ops: Operations,
  access: Access,
  provider: Provider,
  record: OperationRecord,
) {
  for (let attempt = 1; ; attempt += 1) {
    const found = await look(access, provider, record);
    if (found !== undefined || attempt === looks) return found;
    await ops.sleep(ops.random() * firstPause * 2 ** attempt);
  }
}

function look(access: Access, provider: Provider, record: OperationRecord) {
  return findNamed(access, provider, targetName(record));
}

function adopt(found: Repository, record: OperationRecord): Owned {
  const mine = owned(found, record);
  if (mine === undefined) throw new ForgebridgeError('AlreadyExists', { reason: 'name_taken' });
  return mine;
}

function owned(found: Repository, record: OperationRecord): Owned | undefined {
  const { plan, preflight, id, intentAt } = record;
  // Without a call of ours, nothing there is ours.
  if (intentAt === undefined) return undefined;
  if (plan.marked) {
    return found.description === markOf(id) ? { repository: found, proved: true } : undefined;
  }
  const sameParent = sameName(found.parent ?? '', preflight?.template ?? '');
  const afterIntent = found.createdAt !== undefined && found.createdAt >= intentAt - skewMs;
  return sameParent && afterIntent ? { repository: found, proved: false } : undefined;
}
