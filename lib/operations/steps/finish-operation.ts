import { type ErrorCode, errorTable, ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { type Access, capability, type Provider } from '../../providers/provider.ts';
import { findOwned } from '../adopt.ts';
import { announce, asksHost, conclude, settled } from '../end.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import { inOurErrors } from '../our-errors.ts';
import { silenced } from '../pause.ts';
import { ended, type OperationError, type OperationRecord } from '../record.ts';
import { handleOf, isDone, refuseOtherRecord, type StepInput } from '../step.ts';
import { repositoryOf } from './creating.ts';

/** `error` is the name of what a step was caught with; missing when all of them succeeded. */
export interface FinishInput extends StepInput {
  readonly error?: string;
}

/** `wait`: somebody may still create for the operation, or a host may; it is ended after that. */
export interface Finished {
  readonly state: 'ended' | 'wait';
  readonly waitSeconds: number;
}

/** Milliseconds that a host may take to act on a call whose answer was lost. */
const actsWithin = 120_000;
/** Between two looks for what it may have made. */
const lookAgain = 15_000;
/** Milliseconds that a new repository may take to be shown. */
const showsWithin = 60_000;
/** The longest wait in one go for a host that wants no requests. */
const longestSilence = 3_600_000;

/**
 * Ends the operation: writes how it ended, cleans up after one that did not succeed, tells of it.
 * It can run again at any point, and an operation that has ended already keeps its end.
 *
 * One that did not succeed is ended only when nobody can still create for it: it is closed first, so that
 * no creating call begins any more, and then waits for the function that may be at one and for the host that
 * may act late. So what is left behind is told of, and deleted where that was asked for.
 */
export function finishOperation(ops: Operations, input: FinishInput): Promise<Finished> {
  return inOurErrors(() => finish(ops, input));
}

async function finish(
  ops: Operations,
  { operationId, execution, error }: FinishInput,
): Promise<Finished> {
  let record = await ops.store.change(operationId, (current) => {
    refuseOtherRecord(current, execution);
    if (ended(current) || current.closing === true || error === undefined) return undefined;
    return { ...current, closing: true };
  });
  if (!ended(record) && error === undefined && !hasSucceeded(record)) {
    throw new ForgebridgeError('InternalError', { reason: 'steps_not_done' });
  }
  if (!ended(record) && record.closing === true) {
    record = (await whereAllowed(ops, record, lookForLeftovers)).record;
    const until = openUntil(record, ops.now());
    if (until !== undefined) return waitFor(Math.min(lookAgain, until - ops.now()));
  }
  record = await conclude(ops, record, (current) => endOf(current, error));
  // The caller shall hear of the end even when cleaning up has to be tried again.
  const cleaned = await whereAllowed(ops, record, cleanUp);
  record = cleaned.record;
  const shown = (record.repository?.since ?? 0) + showsWithin - ops.now();
  if (cleaned.trouble === undefined && shown > 0 && toBeDeleted(record)) return waitFor(shown);
  await ops.store.deleteFiles(record);
  await announce(ops, record);
  const silence = (record.silentUntil ?? 0) - ops.now();
  if (silence > 0 && asksHost(record)) return waitFor(Math.min(longestSilence, silence));
  if (passes(cleaned.trouble)) throw cleaned.trouble;
  return { state: 'ended', waitSeconds: 0 };
}

/** Whether cleaning up is to be tried again. */
function passes(trouble: unknown): boolean {
  return isForgebridgeError(trouble) ? trouble.retryable : trouble !== undefined;
}

function waitFor(milliseconds: number): Finished {
  return { state: 'wait', waitSeconds: Math.max(1, Math.ceil(milliseconds / 1_000)) };
}

/** Asks the host, unless that wants no requests now, and notes where it says so; trouble is told of. */
async function whereAllowed(
  ops: Operations,
  record: OperationRecord,
  act: (ops: Operations, record: OperationRecord) => Promise<OperationRecord>,
): Promise<{ readonly record: OperationRecord; readonly trouble?: unknown }> {
  if ((record.silentUntil ?? 0) > ops.now() && asksHost(record)) return { record };
  try {
    return { record: await act(ops, record) };
  } catch (trouble) {
    if (!isForgebridgeError(trouble)) return { record, trouble };
    const now = ops.now();
    const heard = await ops.store.change(record, (current) => {
      const next = silenced(current, trouble, now);
      return next === current ? undefined : next;
    });
    return { record: heard, trouble };
  }
}

/** Each step says that its work is done: nothing else is a success. */
function hasSucceeded(record: OperationRecord): boolean {
  return isDone(record, 'configureRepo') && isDone(record, 'commitFiles');
}

/** Until when a repository can still come to be, in epoch milliseconds; undefined when none can. */
function openUntil(record: OperationRecord, now: number): number | undefined {
  const { acting, unansweredAt, repository, plan } = record;
  const byUs = acting?.until ?? 0;
  // Where the repository stays, its name is taken: no call can be acted upon any more.
  const stays = repository !== undefined && plan.onFailure === 'keep';
  const byHost = unansweredAt === undefined || stays ? 0 : unansweredAt + actsWithin;
  const until = Math.max(byUs, byHost);
  return until > now ? until : undefined;
}

function endOf(
  record: OperationRecord,
  error: string | undefined,
): Pick<OperationRecord, 'status' | 'error'> {
  if (error === undefined) return { status: 'succeeded' };
  return {
    status: record.cancelRequested ? 'cancelled' : 'failed',
    error: record.error ?? unrecorded(record, error),
  };
}

/** A step that could not record its failure: it was ended from outside, or never ran. */
function unrecorded({ steps }: OperationRecord, name: string): OperationError {
  const step = steps.at(-1)?.name ?? 'finishOperation';
  if (isCode(name)) return { code: name, step };
  if (name === 'States.Timeout' || name === 'Sandbox.Timedout') {
    return { code: 'ProviderTimeout', step, reason: 'step_timed_out' };
  }
  return { code: 'InternalError', step, reason: 'step_ended_without_record' };
}

function isCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorTable, name);
}

/**
 * Deletes what this operation created, if that was asked for, and frees the name once it is certain that
 * nothing stands there. Where that is not, the name stays with it: whoever wants it can take it over.
 */
async function cleanUp(ops: Operations, record: OperationRecord): Promise<OperationRecord> {
  if (record.status === 'succeeded') return record;
  let after = record;
  if (asksHost(record)) {
    const ref = { partition: record.pk, id: record.connection };
    after = await ops.useConnection(ref, `clean up ${record.id}`, async (access, provider) => {
      const known = await lookOnce(ops, access, provider, record);
      return remove(ops, access, provider, known);
    });
  }
  if (!asksHost(after) && (after.repository === undefined || after.deleted)) {
    await ops.store.release(after);
  }
  return after;
}

/** A creating call whose answer was lost may still have worked, or work yet. */
async function lookForLeftovers(
  ops: Operations,
  record: OperationRecord,
): Promise<OperationRecord> {
  if (record.repository !== undefined || !asksHost(record)) return record;
  const ref = { partition: record.pk, id: record.connection };
  return ops.useConnection(ref, `look for ${record.id}`, (access, provider) =>
    lookOnce(ops, access, provider, record),
  );
}

async function lookOnce(
  ops: Operations,
  access: Access,
  provider: Provider,
  record: OperationRecord,
) {
  if (record.repository !== undefined && !record.deleted) return record;
  // What stands at a name that is another's by now proves nothing without the mark.
  if (!record.plan.marked && !(await ops.store.holds(record))) return record;
  const owned = await findOwned(access, provider, record);
  if (owned === undefined) return record;
  const repository = repositoryOf(owned, ops.now());
  const leaves = record.plan.onFailure === 'keep' || !repository.proved;
  // Whoever was told of the end without it is told again.
  return ops.store.change(record, (current) => ({
    ...current,
    repository,
    deleted: false,
    announced: current.announced && !leaves,
  }));
}

/** Only what was proved to be this operation's, and is still the same repository. */
async function remove(
  ops: Operations,
  access: Access,
  provider: Provider,
  record: OperationRecord,
): Promise<OperationRecord> {
  const { repository } = record;
  if (repository === undefined || !toBeDeleted(record)) return record;
  const standing = await creationOf(provider).findRepository(access, repository.fullName);
  if (standing !== undefined) {
    if (standing.id !== repository.id) return record;
    await capability(creationOf(provider), 'deleteRepository')(access, handleOf(repository));
  } else if (ops.now() - repository.since < showsWithin) {
    return record;
  }
  return ops.store.change(record, (current) => {
    const gone = { ...current, deleted: true };
    // Another call can be acted upon now that the name is free.
    return gone.unansweredAt === undefined ? settled(gone) : gone;
  });
}

function toBeDeleted({ status, repository, plan, deleted }: OperationRecord): boolean {
  if (status === 'succeeded') return false;
  return repository?.proved === true && plan.onFailure === 'delete' && !deleted;
}
