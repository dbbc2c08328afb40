import { ForgebridgeError, HostSaid, isForgebridgeError } from '../errors.ts';
import type { Access, NewRepository, Provider, Repository } from '../providers/provider.ts';
import { creationOf, findNamed, nameOf, sameName } from './names.ts';
import type { Operations } from './operation.ts';
import { ended, markOf, type OperationRecord, operationKey, targetName } from './record.ts';
import type { Step } from './step.ts';

/**
 * How far the host's clock may be behind ours for its creation times to count. The name was seen to be
 * free right before the call, so this only has to tell apart what stood there all along and was not shown.
 */
const skewMs = 600_000;
/** Milliseconds that a new repository may take to be shown. */
const showsWithin = 60_000;
const tooLate = { reason: 'no_time_left' };
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
 * out, unless the operation has been cancelled or is being ended. Each run looks before it acts and adopts
 * what an earlier one made: by the mark in its description, or, where the creating call takes none, by
 * owner, parent and a creation time after the first call. Anything else of that name is a stranger's.
 *
 * @throws ForgebridgeError `AlreadyExists` for a stranger's repository or a name that another operation
 * holds, as {@link reserve} says; `Cancelled`; `ProviderTimeout` when the answer was lost: run it again.
 */
export async function createOnce(ops: Operations, step: Step, call: CreatingCall): Promise<Owned> {
  await reserve(ops, step.record);
  return step.use(async (access, provider) => {
    const found = await look(access, provider, step.record);
    // Read behind the look: what a call of ours made is only seen after that call was counted.
    const record = (await ops.store.read(step.record.id)) ?? step.record;
    if (found !== undefined) return adopt(found, record);
    const until = ops.now() + ops.timeLeft();
    const counted = await ops.store.change(record, (current) =>
      intend(current, { run: step.run, until }, ops.now()),
    );
    try {
      // A life that was frozen since: the operation can have been ended without it.
      if (ops.now() >= until) throw new ForgebridgeError('ProviderUnavailable', tooLate);
      return await create(counted, access, provider, call);
    } catch (error) {
      return afterRefusal(ops, record, access, provider, error);
    }
  });
}

/**
 * Whether a subject may know what another one is creating, only the host can tell: whoever sees a
 * namespace need not see what is private in it. Marks tell two operations apart, and the host gives a name
 * once: so it is asked then. Without marks either could take what the other makes for its own.
 */
async function reserve({ store }: Operations, record: OperationRecord): Promise<void> {
  if (await store.reserve(record)) return;
  const holder = await store.holder(record);
  const stranger = holder !== undefined && operationKey(holder)?.pk !== record.pk;
  if (record.plan.marked && stranger) return;
  throw new ForgebridgeError('AlreadyExists', { reason: 'name_being_created' });
}

/**
 * The record with one more creating call on it. Asked of the record as it stands: a run that was
 * frozen, or given up by the state machine, must not create for an operation that is over.
 */
function intend(
  current: OperationRecord,
  acting: { readonly run: string; readonly until: number },
  now: number,
): OperationRecord {
  if (ended(current) || current.cancelRequested || current.closing === true) {
    throw new ForgebridgeError('Cancelled', { reason: 'on_request' });
  }
  return {
    ...current,
    intentAt: current.intentAt ?? now,
    creatingCalls: current.creatingCalls + 1,
    acting,
    // Until its answer is here nobody knows whether it worked.
    unansweredAt: now,
  };
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
): Promise<Owned> {
  const { plan, id } = record;
  const repository = await call(access, provider, {
    name: plan.name,
    description: plan.marked ? markOf(id) : (plan.settings.description ?? ''),
    visibility: plan.visibility,
  });
  const answersWithAny = plan.strategy === 'fork' && !plan.marked;
  // Under another owner it is the account that was renamed meanwhile; under another name it is no answer.
  if (sameName(nameOf(repository.fullName), plan.name)) {
    // A host can answer a fork with the one that stands there: its word is no proof of the making.
    if (!answersWithAny) return { repository, proved: true };
    const onlyCall = record.creatingCalls === 1 && !isOlder(repository, record);
    if (onlyCall || owned(repository, record) !== undefined) return { repository, proved: false };
  }
  // A host that allows one fork of a repository per owner answers with the one that is there.
  throw new ForgebridgeError('AlreadyExists', {
    reason: 'fork_exists',
    remedy: `A fork stands at ${repository.fullName} already. Use that one, or remove it first.`,
  });
}

/**
 * A refusal of the only call there was is the host's word that nothing was made. With other calls,
 * whose answers were lost or are still to come, it can be their doing: then theirs shows sooner or later.
 * An answer that cannot be read says nothing: what was made shows as well.
 */
async function afterRefusal(
  ops: Operations,
  before: OperationRecord,
  access: Access,
  provider: Provider,
  refusal: unknown,
): Promise<Owned> {
  if (!isForgebridgeError(refusal)) throw refusal;
  const garbled = refusal.code === 'ProviderProtocol';
  const record = await ops.store.change(before, (current) =>
    mayHaveWorked(refusal) || current.creatingCalls > 1 ? undefined : answeredNo(current),
  );
  const mayBeOurs = garbled || record.creatingCalls > 1;
  if (!mayBeOurs || refusal.retryable) throw refusal;
  const found = await lookPatiently(ops, access, provider, record);
  if (found !== undefined) return adopt(found, record);
  // The name is taken and nothing shows: what an earlier call made can take a minute to.
  const earlier = (before.unansweredAt ?? 0) + showsWithin > ops.now();
  if (refusal.code === 'AlreadyExists' && earlier) {
    throw new ForgebridgeError('ProviderUnavailable', { reason: 'not_shown_yet' }, refusal);
  }
  throw refusal;
}

/** Whether a call that ended so can have made the repository, or still make it. */
function mayHaveWorked({ code, cause }: ForgebridgeError): boolean {
  // A gateway's word, or the host's own trouble: it can have come behind the work.
  if (cause instanceof HostSaid && cause.status >= 500) return true;
  return code === 'ProviderProtocol' || code === 'ProviderTimeout' || code === 'InternalError';
}

function answeredNo({ unansweredAt: _, ...rest }: OperationRecord): OperationRecord {
  return rest;
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

/**
 * What stands at the operation's name. An account or an organisation that was renamed since has what was
 * made under its new name: the mark tells that it is this operation's.
 */
async function look(
  access: Access,
  provider: Provider,
  record: OperationRecord,
): Promise<Repository | undefined> {
  const name = targetName(record);
  const found = await creationOf(provider).findRepository(access, name);
  if (found !== undefined && sameName(found.fullName, name)) return found;
  if (record.creatingCalls === 0) return undefined;
  // The name leads on to what it is called now.
  if (found !== undefined && isMarked(found, record)) return found;
  const { namespace } = record.preflight ?? {};
  if (namespace?.kind !== 'user') return undefined;
  const { login } = await provider.identify(access.token);
  if (sameName(login, namespace.path)) return undefined;
  return findNamed(access, provider, `${login}/${record.plan.name}`);
}

/** It stood there before the first call. */
function isOlder({ createdAt }: Repository, { intentAt }: OperationRecord): boolean {
  return createdAt !== undefined && intentAt !== undefined && createdAt < intentAt - skewMs;
}

function isMarked(found: Repository, { plan, id }: OperationRecord): boolean {
  return plan.marked && found.description === markOf(id);
}

function adopt(found: Repository, record: OperationRecord): Owned {
  const mine = owned(found, record);
  if (mine === undefined) throw new ForgebridgeError('AlreadyExists', { reason: 'name_taken' });
  return mine;
}

function owned(found: Repository, record: OperationRecord): Owned | undefined {
  const { plan, preflight, intentAt } = record;
  // Without a call of ours, nothing there is ours.
  if (intentAt === undefined) return undefined;
  if (plan.marked) {
    return isMarked(found, record) ? { repository: found, proved: true } : undefined;
  }
  const sameParent = sameName(found.parent ?? '', preflight?.template ?? '');
  const dated = found.createdAt !== undefined && !isOlder(found, record);
  return sameParent && dated ? { repository: found, proved: false } : undefined;
}
