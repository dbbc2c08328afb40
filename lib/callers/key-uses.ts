import * as z from 'zod/mini';
import { logInfo } from '../aws/log.ts';
import { kept } from '../primitives/kept.ts';
import type { Key, Table } from '../storage/table.ts';

/** Milliseconds that a key's last use may lag behind. */
const hour = 3_600_000;
/** Milliseconds that a call waits for it to be written down at most. */
const patience = 1_000;

/** Beside the key and in another table, since no function may write where keys stand. */
function keyOf(keyId: string): Key {
  return { pk: `KEYUSE#${keyId}`, sk: 'KEYUSE' };
}

const noted = kept<true>(hour);

/**
 * Writes down that a key is being used, once an hour at most however many containers serve it: each
 * tries once an hour, and the condition lets one through. What goes wrong here is no call's concern.
 *
 *     no usedAt OR usedAt <= :now - an hour
 */
export async function noteKeyUse(
  table: Pick<Table, 'update'>,
  keyId: string,
  now: number,
): Promise<void> {
  if (noted.get(keyId, now)) return;
  noted.set(keyId, true, now);
  const write = table.update(
    keyOf(keyId),
    {
      expression: 'SET v = :v, usedAt = :now',
      values: { ':v': 1, ':now': now, ':before': now - hour },
    },
    'attribute_not_exists(usedAt) OR usedAt <= :before',
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  const failed = () => logInfo('use of a key not noted', { keyId });
  await Promise.race([write.catch(failed), late]);
  clearTimeout(timer);
}

const schema = z.object({ usedAt: z.number() });

/** Epoch milliseconds of the last use, up to an hour behind; undefined when none was written down. */
export async function lastKeyUse(table: Table, keyId: string): Promise<number | undefined> {
  const item = await table.get(keyOf(keyId));
  return item === undefined ? undefined : schema.parse(item).usedAt;
}

/** For a key that is no more. */
export async function forgetKeyUse(table: Table, keyId: string): Promise<void> {
  await table.delete(keyOf(keyId));
}
