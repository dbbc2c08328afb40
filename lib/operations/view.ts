import { errorCode, errorTable } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import { rfc3339 } from '../primitives/time.ts';
import type { Operation, OperationEvent } from './operation.ts';
import { ended, type OperationRecord, type StepName, targetName } from './record.ts';

/** How far an operation is when that step has ended. The long wait is the largest part. */
const progressAfter: ReadonlyMap<string, number> = new Map(
  Object.entries({
    generateFromTemplate: 40,
    forkRepo: 40,
    createEmptyRepo: 40,
    pollImportStatus: 70,
    configureRepo: 80,
    commitFiles: 95,
    finishOperation: 100,
  } satisfies Record<StepName, number>),
);

/** What callers see of a record. A function of the record alone, so that its version is its ETag. */
export function operationView(record: OperationRecord): Operation {
  const { plan, repository } = record;
  const left = leftBehind(record);
  return {
    id: record.id,
    status: record.status,
    version: record.version,
    provider: record.provider,
    connection: record.connection,
    strategy: plan.strategy,
    fullName: targetName(record),
    progress: progress(record),
    steps: record.steps.map(({ name, state, startedAt, endedAt }) => ({
      name,
      state,
      startedAt: rfc3339(startedAt),
      ...(endedAt === undefined ? {} : { endedAt: rfc3339(endedAt) }),
    })),
    ...(record.status === 'succeeded' && repository?.defaultBranch !== undefined
      ? {
          result: {
            ...locate(repository),
            cloneUrls: repository.cloneUrls,
            defaultBranch: repository.defaultBranch,
          },
        }
      : {}),
    ...(ended(record) && record.error !== undefined
      ? {
          error: {
            ...record.error,
            remedy: record.error.remedy ?? remedyFor(record.error.code),
          },
        }
      : {}),
    ...defined({ leftBehind: left }),
    ...(ended(record) || record.waiting === undefined
      ? {}
      : { waiting: { code: record.waiting.code, until: rfc3339(record.waiting.until) } }),
    cancelRequested: record.cancelRequested,
    labels: record.labels,
    createdAt: rfc3339(record.createdAt),
    deadline: rfc3339(record.deadline),
  };
}

/** The event that tells of an ended operation. `now` in epoch milliseconds. */
export function operationEvent(record: OperationRecord, now: number): OperationEvent {
  const { status, repository, error } = record;
  const known = status === 'succeeded' && repository ? locate(repository) : leftBehind(record);
  return {
    type: `repository.${status === 'succeeded' || status === 'cancelled' ? status : 'failed'}`,
    operationId: record.id,
    provider: record.provider,
    strategy: record.plan.strategy,
    fullName: targetName(record),
    endedAt: rfc3339(now),
    labels: record.labels,
    ...defined({ repository: known }),
    ...(error === undefined
      ? {}
      : {
          error: {
            code: error.code,
            step: error.step,
            ...defined({ reason: error.reason }),
          },
        }),
  };
}

function remedyFor(code: string): string {
  return errorTable[errorCode(code) ?? 'InternalError'].message;
}

function leftBehind(record: OperationRecord) {
  const unsuccessful = record.status === 'failed' || record.status === 'cancelled';
  if (!unsuccessful || record.deleted || record.repository === undefined) return undefined;
  return locate(record.repository);
}

function locate({ id, fullName, webUrl }: NonNullable<OperationRecord['repository']>) {
  return { id, fullName, webUrl };
}

function progress({ status, steps }: OperationRecord): number {
  if (status === 'succeeded') return 100;
  const done = steps.filter(({ state }) => state === 'succeeded');
  return Math.max(0, ...done.map(({ name }) => progressAfter.get(name) ?? 0));
}
