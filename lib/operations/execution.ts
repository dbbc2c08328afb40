import type { Following } from './operation.ts';
import type { OperationRecord } from './record.ts';

/** Why a record has another execution: its start was missed, or there is something left to look for. */
type Again = 'missed' | 'look';

/**
 * Name of the execution that carries a record out: its id and the time it was made, so that a record which
 * was erased and made anew under the same key never meets the name of the one before. `again` names
 * another execution of the same record.
 */
export function executionName(
  { id, createdAt }: Pick<OperationRecord, 'id' | 'createdAt'>,
  again?: Again,
): string {
  return [id, Math.floor(createdAt).toString(36), ...(again === undefined ? [] : [again])].join(
    '-',
  );
}

/** Whether an execution of that name carries out this record; a version before named it by the id alone. */
export function carriesOut(
  execution: string | undefined,
  record: Pick<OperationRecord, 'id' | 'createdAt'>,
): boolean {
  if (execution === undefined || execution === record.id) return true;
  const name = executionName(record);
  return execution === name || execution.startsWith(`${name}-`);
}

/** Starts the record's execution; `again` names another one than the first. Once for each name. */
export function startWorkflow(
  { workflow }: Pick<Following, 'workflow'>,
  record: Pick<OperationRecord, 'id' | 'createdAt' | 'plan'>,
  again?: Again,
): Promise<void> {
  const { strategy } = record.plan;
  const name = executionName(record, again);
  return workflow.start({ name, operationId: record.id, strategy });
}
