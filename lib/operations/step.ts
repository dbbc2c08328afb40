import { errorCode, ForgebridgeError } from '../errors.ts';
import type { Access, Provider, RepositoryHandle } from '../providers/provider.ts';
import type { Operations } from './operation.ts';
import {
  ended,
  graceMs,
  type OperationError,
  type OperationRecord,
  type StepName,
} from './record.ts';

/** What the state machine hands to every step. */
export interface StepInput {
  readonly operationId: string;
}

/** A step at work: the record as it stood at its start, and the connection to act through. */
export interface Step {
  readonly record: OperationRecord;
  use<T>(act: (access: Access, provider: Provider) => Promise<T>): Promise<T>;
}

/** What a step leaves: the answer to the state machine, and what it learned for the record. */
export interface Outcome<T> {
  readonly result: T;
  readonly learned?: Partial<Pick<OperationRecord, 'repository'>>;
  /** The step will be entered again: nothing is over yet. */
  readonly unfinished?: boolean;
}

/**
 * Runs one step of an operation: reads the record, refuses to go on where the operation was
 * cancelled, has ended or is overdue, notes the step's begin and end with times, and records every
 * failure with its step, code, reason and remedy before it is raised.
 */
export function runStep<T>(
  ops: Operations,
  { operationId }: StepInput,
  name: StepName,
  act: (step: Step) => Promise<Outcome<T>>,
): Promise<T> {
  return inOurErrors(async () => {
    const record = await ops.store.change(operationId, (current) =>
      begun(current, name, ops.now()),
    );
    try {
      refuseToGoOn(record, ops.now());
      const ref = { partition: record.pk, id: record.connection };
      const outcome = await act({
        record,
        use: (call) => ops.useConnection(ref, `${name} ${operationId}`, call),
      });
      await keep(ops, operationId, name, outcome);
      return outcome.result;
    } catch (error) {
      const known = asForgebridgeError(error);
      await ops.store.change(operationId, (current) => failed(current, name, known, ops.now()));
      throw known;
    }
  });
}

/**
 * Runs `act` and raises whatever fails as one of our errors. Trouble with AWS itself is retryable;
 * anything else that is not ours already is `InternalError`.
 */
export async function inOurErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asForgebridgeError(error);
  }
}

/** What the record keeps of a failure. Texts of providers are cut to a length worth reading. */
function errorOf({ code, details }: ForgebridgeError, step: StepName): OperationError {
  const { retryAfter: _, fields, suggestions, ...texts } = details;
  return {
    code,
    step,
    ...texts,
    ...(details.reason === undefined ? {} : { reason: details.reason.slice(0, 500) }),
    ...(fields === undefined ? {} : { fields: [...fields] }),
    ...(suggestions === undefined ? {} : { suggestions: [...suggestions] }),
  };
}

/**
 * Where the repository is. Steps behind the creating one rely on it.
 *
 * @throws ForgebridgeError `InternalError` when the state machine came here without a repository.
 */
export function created(record: OperationRecord): NonNullable<OperationRecord['repository']> {
  if (record.repository !== undefined) return record.repository;
  throw new ForgebridgeError('InternalError', { reason: 'no_repository' });
}

/** The handle that provider calls take. */
export function handleOf({ id, fullName }: RepositoryHandle): RepositoryHandle {
  return { id, fullName };
}

function begun(record: OperationRecord, name: StepName, now: number): OperationRecord | undefined {
  if (ended(record)) return undefined;
  const { error, ...rest } = record;
  const again = record.status === 'running' && stateOf(record, name) === 'running';
  if (again && error === undefined) return undefined;
  return withStep({ ...rest, status: 'running' }, name, 'running', now);
}

function stateOf(record: OperationRecord, name: StepName) {
  return record.steps.find((step) => step.name === name)?.state;
}

function withStep(
  record: OperationRecord,
  name: StepName,
  state: 'running' | 'succeeded' | 'failed',
  now: number,
): OperationRecord {
  const before = record.steps.find((step) => step.name === name);
  const step = {
    name,
    state,
    startedAt: before?.startedAt ?? now,
    ...(state === 'running' ? {} : { endedAt: now }),
  };
  return { ...record, steps: [...record.steps.filter((each) => each !== before), step] };
}

function refuseToGoOn(record: OperationRecord, now: number): void {
  if (ended(record)) {
    const { code = 'Cancelled', reason = 'operation_ended' } = record.error ?? {};
    throw new ForgebridgeError(errorCode(code) ?? 'Cancelled', { reason });
  }
  if (record.cancelRequested) throw new ForgebridgeError('Cancelled', { reason: 'on_request' });
  if (now > record.deadline + graceMs) {
    throw new ForgebridgeError('ImportTimedOut', { reason: 'deadline' });
  }
}

async function keep<T>(
  ops: Operations,
  operationId: string,
  name: StepName,
  { learned, unfinished }: Outcome<T>,
): Promise<void> {
  if (unfinished && learned === undefined) return;
  await ops.store.change(operationId, (current) => {
    const next = { ...current, ...learned };
    // What was created is kept in any case; an ended operation gets no further step.
    return unfinished || ended(current) ? next : withStep(next, name, 'succeeded', ops.now());
  });
}

/** What an ended operation says of itself stays. */
function failed(record: OperationRecord, name: StepName, error: ForgebridgeError, now: number) {
  if (ended(record)) return undefined;
  return { ...withStep(record, name, 'failed', now), error: errorOf(error, name) };
}

/** Errors of AWS clients carry `$metadata`; their own retries are used up by then. */
function asForgebridgeError(error: unknown): ForgebridgeError {
  if (error instanceof ForgebridgeError) return error;
  const fromAws = error instanceof Error && '$metadata' in error;
  return fromAws
    ? new ForgebridgeError('ProviderUnavailable', { reason: 'aws_unavailable' }, error)
    : new ForgebridgeError('InternalError', {}, error);
}
