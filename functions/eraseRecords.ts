import { table } from '../lib/aws/dynamodb.ts';
import { vault } from '../lib/compose/opening-vault.ts';
import { erasureStep } from '../lib/edge/erasure-step.ts';
import { close, erase } from '../lib/erasure/steps.ts';

/** The one task of the erasing state machine: ends what works, and later deletes what is there. */
export const handler = erasureStep(({ phase, partition, ...erasure }, invocation) => {
  const { timeLeft } = invocation;
  const erasing = { table: table(), vault: vault(invocation), timeLeft };
  return phase === 'close' ? close(erasing, partition) : erase(erasing, partition, erasure);
});
