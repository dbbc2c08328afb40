import { table } from '../aws/dynamodb.ts';
import type { Invocation } from '../aws/invocation.ts';
import { defined } from '../primitives/defined.ts';
import { connectionAt } from '../vault/connection.ts';

const pageSize = 100;
/** Milliseconds kept for the reply. */
const reserve = 2_000;

/**
 * Deletes a subject's sessions, flows and operations. Connections go their own way, since their
 * tokens are revoked first; asking again continues where time ran out.
 *
 * @returns how many records were deleted, and whether all are gone.
 */
export async function erasePartition(
  partition: string,
  { timeLeft }: Invocation,
): Promise<{ deleted: number; complete: boolean }> {
  let deleted = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table().query({
      pk: partition,
      limit: pageSize,
      ...defined({ start }),
    });
    const keys = page.items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    const others = keys.filter((key) => connectionAt(key) === undefined);
    await Promise.all(others.map((key) => table().delete(key)));
    deleted += others.length;
    start = page.next;
  } while (start !== undefined && timeLeft() > reserve);
  return { deleted, complete: start === undefined };
}
