import { following } from '../lib/compose/planning.ts';
import { scheduled } from '../lib/edge/scheduled.ts';
import { endOverdue } from '../lib/operations/overdue.ts';

/** On a schedule: starts what was never started, ends what nobody ends any more. */
export const handler = scheduled(async (invocation) => ({
  ...(await endOverdue(following(), invocation)),
}));
