import { errorCode, errorTable, ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Access, Provider, RepositoryHandle } from '../providers/provider.ts';
import { carriesOut } from './execution.ts';
import type { Operations } from './operation.ts';
import { asForgebridgeError, errorOf, inOurErrors } from './our-errors.ts';
import { type Again, again, goesOnAt, inVain, silenced } from './pause.ts';
import { ended, graceMs, type OperationRecord, type StepName } from './record.ts';
import { operationErased } from './store.ts';

/** What the state machine hands to every step. */
export interface StepInput {
  readonly operationId: string;
  /** Name of the execution. Missing from a state machine of before. */
  readonly execution?: string;
}

/** A step at work: the record as it stood at its start, and the connection to act through. */
export interface Step {
  readonly record: OperationRecord;
  /** Names this run of the step. */
  readonly run: string;
  use<T>(act: (access: Access, provider: Provider) => Promise<T>): Promise<T>;
}

type Stored = NonNullable<OperationRecord['repository']>;

/** What a step leaves: the answer to the state machine, and what it learned for the record. */
export interface Outcome<T> {
  readonly result: T;
  readonly learned?: {
    /** What was created. What is known of a repository already stays: another life was first. */
    readonly created?: Stored;
    /** What has become of it. */
    readonly repository?: Partial<Stored>;
    readonly committed?: number;
    /** Undefined: it shows again. */
    readonly unseenSince?: number | undefined;
  };
  /** The step will be entered again: nothing is over yet. */
  readonly unfinished?: boolean;
}

/** One step of the workflow. */
export interface StepWork<T> {
  readonly name: StepName;
  /** The answer where the record says that it is not this step's turn, or no longer. */
  readonly early?: (record: OperationRecord) => T | undefined;
  act(step: Step): Promise<Outcome<T>>;
}

/**
 * Runs one step of an operation: reads the record, refuses to go on where the operation was
 * cancelled, has ended or is overdue, and notes the step's begin and end with times.
 *
 * What a host's trouble or limit keeps from its work is no failure before the deadline: it answers
 * {@link Again}, and nothing is asked of the host until then. Every other failure is recorded with its
 * step, code, reason and remedy before it is raised.
 */
export function runStep<T>(
  ops: Operations,
  { operationId, execution }: StepInput,
  { name, early, act }: StepWork<T>,
): Promise<T | Again> {
  return inOurErrors(async () => {
    const record = await ops.store.change(operationId, (current) => {
      refuseOtherRecord(current, execution);
      return early?.(current) === undefined ? begun(current, name, ops.now()) : undefined;
    });
    const answer = ended(record) ? undefined : early?.(record);
    if (answer !== undefined) return answer;
    const run = runName(ops);
    try {
      refuseToGoOn(record, ops.now());
      const { waiting } = record;
      if (waiting !== undefined && ops.now() < waiting.until) {
        return again(waiting.until, ops.now());
      }
      const ref = { partition: record.pk, id: record.connection };
      const outcome = await act({
        record,
        run,
        use: (call) => ops.useConnection(ref, `${name} ${operationId}`, call),
      });
      await keep(ops, record, { name, run }, outcome);
      return outcome.result;
    } catch (error) {
      return afterTrouble(ops, record, { name, run }, asForgebridgeError(error));
    }
  });
}

/** Notes when the operation goes on, or how it failed. */
async function afterTrouble(
  ops: Operations,
  before: OperationRecord,
  { name, run }: { readonly name: StepName; readonly run: string },
  error: ForgebridgeError,
): Promise<Again> {
  const now = ops.now();
  const random = ops.random();
  let until: number | undefined;
  await ops.store.change(before, (record) => {
    const standing = silenced(withoutActing(record, run), error, now);
    if (ended(record)) return standing === record ? undefined : standing;
    until = record.cancelRequested ? undefined : goesOnAt(error, record, { now, random });
    if (until === undefined) return failed(standing, name, inVain(error, now), now);
    const waiting = { code: error.code, until };
    return { ...standing, waiting, tries: (record.tries ?? 0) + 1 };
  });
  if (until === undefined) throw inVain(error, now);
  return again(until, now);
}

/**
 * The workflow of a record that was erased does not act for the one that came after it under its key.
 *
 * @throws ForgebridgeError `NotFound`.
 */
export function refuseOtherRecord(record: OperationRecord, execution: string | undefined): void {
  if (!carriesOut(execution, record)) {
    throw operationErased();
  }
}

function runName({ random }: Operations): string {
  return Math.floor(random() * 2 ** 52).toString(36);
}

/** The record once that run of a step is over with its creating call. */
function withoutActing(record: OperationRecord, run: string): OperationRecord {
  if (record.acting?.run !== run) return record;
  const { acting: _, ...rest } = record;
  return rest;
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
  const dueAt = rest.deadline + 2 * graceMs;
  return withStep({ ...rest, status: 'running', dueAt }, name, 'running', now);
}

/** Whether the record says that this step has done its work. */
export function isDone(record: OperationRecord, name: StepName): boolean {
  return stateOf(record, name) === 'succeeded';
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
    const { code: word = 'Cancelled', reason = 'operation_ended' } = record.error ?? {};
    const code = errorCode(word) ?? 'Cancelled';
    // Over is over: the state machine must not try again.
    throw new ForgebridgeError(errorTable[code].retryable ? 'Cancelled' : code, { reason });
  }
  if (record.cancelRequested) throw new ForgebridgeError('Cancelled', { reason: 'on_request' });
  if (now > record.deadline + graceMs) {
    throw new ForgebridgeError('ImportTimedOut', { reason: 'deadline' });
  }
}

async function keep<T>(
  ops: Operations,
  before: OperationRecord,
  { name, run }: { readonly name: StepName; readonly run: string },
  { learned, unfinished }: Outcome<T>,
): Promise<void> {
  if (unfinished && learned === undefined && before.waiting === undefined) return;
  await ops.store.change(before, (current) => {
    const { waiting, tries, ...rest } = withoutActing(current, run);
    const { created: made, repository: changed, ...others } = learned ?? {};
    const known = made === undefined ? rest : answered(rest);
    const standing = known.repository ?? made;
    const repository = standing && { ...standing, ...changed };
    const next = defined({ ...known, ...others, repository });
    // What was created is kept in any case; an ended operation gets no further step.
    return unfinished || ended(current) ? next : withStep(next, name, 'succeeded', ops.now());
  });
}

/**
 * The repository is known: the only call there was has its answer. One of several can still be acted upon,
 * once the name is free again.
 */
function answered(record: OperationRecord): OperationRecord {
  if (record.creatingCalls > 1) return record;
  const { unansweredAt: _, ...rest } = record;
  return rest;
}

/** What an ended operation says of itself stays. */
function failed(record: OperationRecord, name: StepName, error: ForgebridgeError, now: number) {
  const { waiting: _, ...rest } = record;
  return { ...withStep(rest, name, 'failed', now), error: errorOf(error, name) };
}
