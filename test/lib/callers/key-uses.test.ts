import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Table } from '../../../lib/storage/table.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

/** As a container begins. */
async function freshly() {
  vi.resetModules();
  return import('../../../lib/callers/key-uses.ts');
}
const answering = (update: Table['update']) => ({ update: vi.fn(update) });

describe('the last use of a key', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('given a table that refuses to be written, when a key is used, then the call goes on, and the table is left alone for an hour', async () => {
    const { noteKeyUse } = await freshly();
    const table = answering(async () => {
      throw new Error('out of order');
    });
    await noteKeyUse(table, 'k', now);
    await noteKeyUse(table, 'k', now + 3_599_999);
    expect(table.update).toHaveBeenCalledTimes(1);
    await noteKeyUse(table, 'k', now + 3_600_000);
    expect(table.update).toHaveBeenCalledTimes(2);
  });

  test('given a table that does not answer, when a key is used, then the call waits a second and goes on', async () => {
    const { noteKeyUse } = await freshly();
    vi.useFakeTimers();
    const table = answering(() => new Promise(() => {}));
    const noting = noteKeyUse(table, 'k', now);
    await vi.advanceTimersByTimeAsync(1_000);
    await noting;
    expect(vi.getTimerCount()).toBe(0);
  });
});
