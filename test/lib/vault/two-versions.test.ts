import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import { connectionId, connectionKey } from '../../../lib/vault/connection.ts';
import { connectionStore } from '../../../lib/vault/table-store.ts';
import { listConnections } from '../../../lib/vault/vault.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';

let database: Database;
beforeAll(async () => {
  database = await startDynalite();
});
afterAll(() => database.stop());

const record = {
  v: 1,
  provider: 'gitlab',
  status: 'active',
  grant: 'grant',
  gen: 1,
  access: 'sealed',
  redirectUri: 'https://connect.example/callback/gitlab',
  connectedAt: 1,
  issuedAt: 1,
  updatedAt: 1,
  write: 'write',
};

/** The connections listed when one more stands among two plain ones. */
async function listedWith(subject: string, odd: Record<string, unknown>) {
  const partition = subjectPartition(subject);
  const put = (login: string, item: object) => {
    const id = connectionId(partition, 'gitlab', login);
    const account = { id: login, login };
    return database.table.put({ account, ...item, ...connectionKey({ partition, id }) });
  };
  await put('a', record);
  await put('b', odd);
  await put('c', record);
  const { items } = await listConnections(
    { store: connectionStore(database.table), count: () => {} },
    partition,
    {},
  );
  return items.map(({ account, status }) => `${account.login} ${status}`).toSorted();
}

test.each([
  ['a status of the next version', { ...record, status: 'paused' }, ['b paused']],
  [
    'a record of the next version',
    { ...record, v: 2, tokens: { access: 'elsewhere' } },
    ['b active'],
  ],
  ['a record that says too little', { v: 3 }, []],
])(
  'given %s, when the connections are listed, then the others are there, and it as far as it can be read',
  async (name, odd, shown) => {
    expect(await listedWith(name, odd)).toEqual(['a active', ...shown, 'c active']);
  },
);
