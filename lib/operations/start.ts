import type { Following } from './operation.ts';
import { executionName, type OperationRecord } from './record.ts';

/** Starts the record's execution; `again` names another one than the first. Once for each name. */
export function startWorkflow(
  { workflow }: Pick<Following, 'workflow'>,
  record: Pick<OperationRecord, 'id' | 'createdAt' | 'plan'>,
  again?: Parameters<typeof executionName>[1],
): Promise<void> {
  const { strategy } = record.plan;
  const name = executionName(record, again);
  return workflow.start({ name, operationId: record.id, strategy });
}
