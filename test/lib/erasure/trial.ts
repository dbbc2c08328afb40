import { createRepository } from '../../../lib/api/requests/createRepository.ts';
import { findSession, startSession } from '../../../lib/callers/sessions.ts';
import { addErasure, readErasure } from '../../../lib/erasure/record.ts';
import { close, erase } from '../../../lib/erasure/steps.ts';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { beginFlow, endFlow } from '../../../lib/oauth/flow.ts';
import { createOperation } from '../../../lib/operations/create.ts';
import type { Operations, Planning } from '../../../lib/operations/operation.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { operationStore } from '../../../lib/operations/store.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Item } from '../../../lib/storage/table.ts';
import { connectionId } from '../../../lib/vault/connection.ts';
import {
  accessToken,
  careForIdle,
  connect,
  connectionStore,
  getConnection,
  withAccess,
} from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import type { Database } from '../../harness/dynalite.ts';
import { dice } from '../../simulation/dice.ts';
import { hostClient } from '../operations/client.ts';
import type { Host } from '../operations/host.ts';
import { hour, leftOf, tokensOf, vaultOver } from './parts.ts';
import { turns } from './turns.ts';

const redirectUri = 'https://bridge.example/callback/host';
const life = 29_000;

/** What came of one trial. */
export interface Outcome {
  /** Uses that still worked once the first state and all that was under way had ended. */
  readonly worked: readonly string[];
  /** What is stored of the subject, or names it, in the end. */
  readonly left: readonly Item[];
  /** Tokens that live at the host in the end. */
  readonly live: number;
  /** What the erasure says of itself. */
  readonly status: string | undefined;
  /** How each of those who ran beside it ended: a code, or `done`. */
  readonly ends: Readonly<Record<string, string>>;
}

/**
 * One subject with a connection and a session, and everybody at once: a callback, a creation, a refresh,
 * idle care, and the erasure of the subject. In which order they reach the table and the host, `seed` decides.
 */
export async function tryErasing(database: Database, host: Host, seed: number): Promise<Outcome> {
  const rolled = dice(seed);
  const order = turns(rolled);
  const subject = `subject-${seed}-${Date.now()}`;
  const partition = subjectPartition(subject);
  let clock = 1_800_000_000_000;
  const now = () => clock;
  const live = new Set<string>();
  // Every other trial it is the same account again, at a host that then ends the tokens before.
  const accounts = seed % 2 === 0 ? ['1', '1'] : ['1', '2'];
  const provider = tokensOf(hostClient(host.url, now), live, now, accounts);

  const plain = vaultOver(connectionStore(database.table), provider, now);
  const account = { id: '1', login: 'example' };
  clock -= hour;
  const first = await provider.exchange({ code: 'first', redirectUri, codeVerifier: 'v' });
  const consent = { partition, provider: provider.settings.id, account, redirectUri };
  const { id } = await connectWith(plain, { ...consent, tokens: first });
  clock += hour;
  const ref = { partition, id };
  const due = await database.table.get({ pk: partition, sk: `CONNECTION#${id}` });
  await database.table.put({ ...due, pk: partition, sk: `CONNECTION#${id}`, dueAt: 1 });
  const cookie = await startSession(database.table, { partition }, now());
  const sessionId = (await findSession(database.table, cookie, now()))?.id ?? '';
  const flow = { partition, sessionId, provider: provider.settings.id, redirectUri };
  const returnTo = 'https://bridge.example/';
  const { state } = await beginFlow(database.table, { ...flow, returnTo }, now());

  const table = order.of(database.table);
  const away = { ...order.of(provider) };
  if (provider.creation) Object.assign(away, { creation: order.of(provider.creation) });
  const vault = {
    ...vaultOver(connectionStore(table), { ...provider, ...away }, now),
    sleep: async (milliseconds: number) => {
      clock += milliseconds;
      await order.of({ pass: async () => {} }).pass();
    },
  };
  const request = { ref, caller: 'trial', purpose: 'trial', timeLeft: () => life };

  async function callback() {
    const session = await findSession(table, cookie, now());
    if (session === undefined) throw new ForgebridgeError('StateMismatch');
    await endFlow(table, { ...flow, sessionId: session.id, state, now: now() });
    await connect(
      vault,
      { ...provider, ...away },
      {
        partition,
        code: 'callback',
        codeVerifier: 'v',
        redirectUri,
        timeLeft: () => life,
        isSignedIn: async () => (await findSession(table, cookie, now())) !== undefined,
      },
    );
  }

  async function create() {
    const ops: Operations & Planning = {
      store: operationStore(table, rolled.next),
      connections: { get: (of) => getConnection(vault, of) },
      providers: async () => ({ ...provider, ...away }),
      useConnection: (of, purpose, use) => withAccess(vault, { ...request, ref: of, purpose }, use),
      workflow: { start: async () => {} },
      now,
      random: rolled.next,
      timeLeft: () => life,
      sleep: vault.sleep,
      emit: async () => {},
    };
    const body = { connection: id, name: `made-${seed}`, files: [{ path: 'a', text: 'a' }] };
    const operation = await createOperation(ops, {
      partition,
      request: createRepository.body.parse(body),
      idempotencyKey: String(seed),
    });
    await createEmptyRepo(ops, { operationId: operation.id });
  }

  const others = {
    callback,
    create,
    refresh: () => accessToken(vault, { ...request, rejectedGeneration: 1 }),
    care: () => careForIdle(vault, { timeLeft: () => life }),
  };
  const ends: Record<string, string> = {};
  const running = Object.entries(others).map(async ([name, act]) => {
    ends[name] = await act().then(() => 'done', codeOf);
  });
  const erasing = { table, vault, timeLeft: () => life };
  const begun = addErasure(table, partition, now()).then(async (erasure) => {
    while ((await close(erasing, partition)).state !== 'done');
    return erasure;
  });
  // All of these end before the second state begins: no function lives as long as the wait before it.
  await order.drive([...running, begun]);
  const erasure = await begun;

  const worked: string[] = [];
  const ids = accounts.map((one) => connectionId(partition, provider.settings.id, one));
  for (const of of new Set(ids)) {
    await accessToken(plain, { ...request, ref: { partition, id: of } }).then(
      () => worked.push(of),
      () => {},
    );
  }
  if (await findSession(database.table, cookie, now())) worked.push('session');

  const alone = { table: database.table, vault: plain, timeLeft: () => life };
  for (;;) {
    const { state: ended, waitSeconds } = await erase(alone, partition, erasure);
    if (ended === 'done') break;
    clock += waitSeconds * 1_000;
  }
  const status = (await readErasure(database.table, erasure.id))?.status;
  return { worked, left: await leftOf(database, partition), live: live.size, status, ends };
}

function codeOf(error: unknown): string {
  if (error instanceof ForgebridgeError) return error.code;
  throw error;
}
