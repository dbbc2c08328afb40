import { type ErrorCode, errorTable, isForgebridgeError } from '../../errors.ts';
import { type Access, capability, type Provider } from '../../providers/provider.ts';
import { findOwned } from '../adopt.ts';
import { announce, conclude } from '../end.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import type { OperationError, OperationRecord } from '../record.ts';
import { handleOf, inOurErrors, type StepInput } from '../step.ts';
import { repositoryOf } from './creating.ts';

/** `error` is the name of what a step was caught with; missing when all of them succeeded. */
export interface FinishInput extends StepInput {
  readonly error?: string;
}

/**
 * Ends the operation: writes how it ended, cleans up after one that did not succeed, tells of it.
 * It can run again at any point, and an operation that has ended already keeps its end.
 */
export function finishOperation(
  ops: Operations,
  input: FinishInput,
): Promise<{ status: OperationRecord['status'] }> {
  return inOurErrors(() => finish(ops, input));
}

async function finish(ops: Operations, { operationId, error }: FinishInput) {
  let record = await conclude(ops, operationId, (current) => endOf(current, error));
  let trouble: unknown;
  if (record.status !== 'succeeded') {
    // The caller shall hear of the end even when cleaning up has to be tried again.
    try {
      record = await cleanUp(ops, record);
    } catch (caught) {
      trouble = caught;
    }
  }
  await ops.store.deleteFiles(record);
  await announce(ops, record);
  if (isForgebridgeError(trouble) ? trouble.retryable : trouble !== undefined) throw trouble;
  return { status: record.status };
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

/** Deletes what this operation created, if that was asked for, and frees the name once nothing stands there. */
async function cleanUp(ops: Operations, record: OperationRecord): Promise<OperationRecord> {
  if (record.intentAt === undefined || record.deleted) {
    await ops.store.release(record);
    return record;
  }
  const ref = { partition: record.pk, id: record.connection };
  const after = await ops.useConnection(ref, `clean up ${record.id}`, async (access, provider) => {
    const known = await lastLook(ops, access, provider, record);
    return known.plan.onFailure === 'delete' ? remove(ops, access, provider, known) : known;
  });
  if (after.repository === undefined || after.deleted) await ops.store.release(after);
  return after;
}

/** A creating call whose answer was lost for good may still have worked. */
async function lastLook(
  ops: Operations,
  access: Access,
  provider: Provider,
  record: OperationRecord,
) {
  if (record.repository !== undefined) return record;
  const owned = await findOwned(access, provider, record);
  if (owned === undefined) return record;
  const repository = repositoryOf(owned, ops.now());
  return ops.store.change(record.id, (current) => ({ ...current, repository }));
}

/** Only what was proved to be this operation's, and is still the same repository. */
async function remove(
  ops: Operations,
  access: Access,
  provider: Provider,
  record: OperationRecord,
): Promise<OperationRecord> {
  const { repository } = record;
  if (repository === undefined || !repository.proved) return record;
  const standing = await creationOf(provider).findRepository(access, repository.fullName);
  if (standing !== undefined) {
    if (standing.id !== repository.id) return record;
    await capability(creationOf(provider), 'deleteRepository')(access, handleOf(repository));
  }
  return ops.store.change(record.id, (current) => ({ ...current, deleted: true }));
}
