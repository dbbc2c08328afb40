import { endSessions } from '../callers/sessions.ts';
import { endLinks } from '../callers/sign-in.ts';
import { nameKey, operationPrefix, operationRecord } from '../operations/record.ts';
import { defined } from '../primitives/defined.ts';
import type { Item, Key, Table } from '../storage/table.ts';
import { connectionAt } from '../vault/connection.ts';
import { closeConnections, eraseConnections, type Vault } from '../vault/vault.ts';
import { type Erasure, noteErasure } from './record.ts';

/** What erasing reaches. */
export interface Erasing {
  readonly table: Table;
  readonly vault: Vault;
  /** Milliseconds that are left of the invocation. */
  timeLeft(): number;
}

/**
 * What a step tells the state machine.
 *
 * - `again`: time ran out, there is more of the same
 * - `wait`: what is left waits for a host, so many seconds
 * - `done`: on to the next state
 */
export interface Step {
  readonly state: 'again' | 'wait' | 'done';
  readonly waitSeconds: number;
}

const again: Step = { state: 'again', waitSeconds: 0 };
const done: Step = { state: 'done', waitSeconds: 0 };

const pageSize = 100;
/** Milliseconds that another page is begun with at least. */
const shortestPage = 4_000;
/** Between two looks at hosts that could not be asked, in seconds. */
const [shortestWait, longestWait] = [5, 3_600];

/**
 * The first state: from here on nothing works any more for the subject, and nothing new begins. Sessions
 * and what is under way in browsers go first, so that no consent comes after the connections.
 */
export async function close({ table, vault, timeLeft }: Erasing, partition: string): Promise<Step> {
  await signOut(table, partition);
  return (await closeConnections(vault, partition, { timeLeft })) ? done : again;
}

/**
 * The last state, once no function that had begun before the first one can live any more: so what it
 * finds is all there will be. Asks hosts to revoke, and deletes everything; done when nothing is left.
 */
export async function erase(
  { table, vault, timeLeft }: Erasing,
  partition: string,
  erasure: Pick<Erasure, 'id' | 'run'>,
): Promise<Step> {
  const signedOut = await signOut(table, partition);
  const connections = await eraseConnections(vault, partition, {
    caller: 'eraseRecords',
    purpose: 'erase subject',
    timeLeft,
  });
  const records = await eraseRecords(table, partition, timeLeft);
  const { removed, pending, dueAt = 0 } = connections;
  const isWhole = connections.whole && records.whole;
  const isDone = isWhole && pending === 0;
  const now = vault.now();
  const deleted = signedOut + records.deleted;
  const counts = { removed, deleted, pending };
  await noteErasure(table, erasure, { ...counts, ...(isDone ? { completedAt: now } : {}) });
  if (isDone) return done;
  if (!isWhole) return again;
  const seconds = Math.ceil((dueAt - now) / 1_000);
  return { state: 'wait', waitSeconds: Math.min(Math.max(seconds, shortestWait), longestWait) };
}

/** Links before sessions: one that is opened meanwhile is a session by the time those are looked for. */
async function signOut(table: Table, partition: string): Promise<number> {
  return (await endLinks(table, partition)) + (await endSessions(table, partition));
}

/** All that is no connection: flows, operations with the names they hold, files. */
async function eraseRecords(
  table: Table,
  partition: string,
  timeLeft: () => number,
): Promise<{ readonly deleted: number; readonly whole: boolean }> {
  let deleted = 0;
  let start: Item | undefined;
  do {
    if (timeLeft() < shortestPage) return { deleted, whole: false };
    const page = await table.query({ pk: partition, limit: pageSize, ...defined({ start }) });
    const others = page.items.filter((item) => connectionAt(keyOf(item)) === undefined);
    await Promise.all(
      others.map(async (item) => {
        await releaseName(table, item);
        await table.delete(keyOf(item));
      }),
    );
    deleted += others.length;
    start = page.next;
  } while (start !== undefined);
  return { deleted, whole: true };
}

/** A name that is taken says who took it, and what it is called: it goes before the record that knows it. */
async function releaseName(table: Table, item: Item): Promise<void> {
  if (!keyOf(item).sk.startsWith(operationPrefix)) return;
  const operation = operationRecord.safeParse(item);
  if (!operation.success) return;
  // Mine still: another operation may have taken it over.
  await table.delete(nameKey(operation.data), {
    expression: '#op = :mine',
    names: { '#op': 'operation' },
    values: { ':mine': operation.data.id },
  });
}

function keyOf({ pk, sk }: Item): Key {
  return { pk: String(pk), sk: String(sk) };
}
