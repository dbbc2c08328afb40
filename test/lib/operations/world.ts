import { randomUUID } from 'node:crypto';
import { createRepository } from '../../../lib/api/requests/createRepository.ts';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { createOperation } from '../../../lib/operations/create.ts';
import type {
  Operation,
  OperationEvent,
  Operations,
  Planning,
} from '../../../lib/operations/operation.ts';
import type { StepName } from '../../../lib/operations/record.ts';
import { commitFiles } from '../../../lib/operations/steps/commit-files.ts';
import { configureRepo } from '../../../lib/operations/steps/configure-repo.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { forkRepo } from '../../../lib/operations/steps/fork-repo.ts';
import { generateFromTemplate } from '../../../lib/operations/steps/generate-from-template.ts';
import { pollImportStatus } from '../../../lib/operations/steps/poll-import-status.ts';
import { operationStore } from '../../../lib/operations/store.ts';
import type { Access } from '../../../lib/providers/provider.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Table } from '../../../lib/storage/table.ts';
import type { Connection } from '../../../lib/vault/connection.ts';
import { type ClientOptions, hostClient } from './client.ts';
import { type Host, startHost } from './host.ts';
import { execute, type TaskInput } from './machine.ts';

/** Runs one attempt of a step; tests replace it to let the attempt die. */
export type Attempt = <T>(step: StepName, run: (ops: Operations) => Promise<T>) => Promise<T>;

/** Runs the operation's workflow to its end; `pass` gets the milliseconds that it waits. */
export function steppedWorkflow(
  attempt: Attempt,
  pass: (milliseconds: number) => void,
  { id, strategy }: Pick<Operation, 'id' | 'strategy'>,
) {
  const task =
    <T extends object>(step: (ops: Operations, input: TaskInput) => Promise<T>) =>
    // The functions' names are the steps' names.
    (input: TaskInput) =>
      attempt(step.name as StepName, (ops) => step(ops, input));
  const wait = async <T extends { waitSeconds: number }>(look: Promise<T>) => {
    const { waitSeconds } = await look;
    pass(waitSeconds * 1000);
    return look;
  };
  return execute(
    {
      GenerateFromTemplate: (input) => wait(task(generateFromTemplate)(input)),
      ForkRepo: (input) => wait(task(forkRepo)(input)),
      CreateEmptyRepo: (input) => wait(task(createEmptyRepo)(input)),
      PollImportStatus: (input) => wait(task(pollImportStatus)(input)),
      ConfigureRepo: task(configureRepo),
      CommitFiles: (input) => wait(task(commitFiles)(input)),
      FinishOperation: task(finishOperation),
      FinishFailedOperation: (input) => wait(task(finishOperation)(input)),
    },
    { operationId: id, strategy },
  );
}

/** As {@link steppedWorkflow}, on the world's own clock. */
export function runWorkflow(world: World, operation: Pick<Operation, 'id' | 'strategy'>) {
  const pass = (milliseconds: number) => {
    world.clock += milliseconds;
  };
  return steppedWorkflow((_, run) => run(world.ops), pass, operation);
}

/** A host, a table and a clock of their own, and the operations over them. */
export interface World {
  readonly host: Host;
  readonly table: Table;
  readonly ops: Operations & Planning;
  /** The only connection there is. */
  connection: Connection | undefined;
  readonly partition: string;
  /** Names of the executions that were started, in order. */
  readonly started: string[];
  /** The account gets another login at the host; the connection does not know. */
  rename(login: string): void;
  readonly events: OperationEvent[];
  /** Milliseconds slept inside steps. */
  readonly slept: number[];
  clock: number;
  /** Creates an operation; the body's connection is filled in. */
  create(body: Record<string, unknown>, key?: string): ReturnType<typeof createOperation>;
}

export async function startWorld(table: Table, options: ClientOptions = {}): Promise<World> {
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') };
  const now = () => clock.now;
  const host = await startHost(now);
  let login = 'example';
  const client = hostClient(host.url, now, { login: () => login, ...options });
  const partition = subjectPartition(`subject-${randomUUID()}`);
  const started: string[] = [];
  const events: OperationEvent[] = [];
  const slept: number[] = [];
  const vault: { connection: Connection | undefined } = {
    connection: connectionAt(client.settings.id),
  };
  const ops: Operations & Planning = {
    store: operationStore(table, Math.random),
    connections: {
      async get() {
        if (vault.connection === undefined) throw new ForgebridgeError('NotFound');
        return vault.connection;
      },
    },
    providers: async () => client,
    useConnection: (_ref, _purpose, use) => use(access, client),
    workflow: {
      start: async ({ name }) => void started.push(name),
    },
    now,
    random: () => 1,
    timeLeft: () => 29_000,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      clock.now += milliseconds;
    },
    emit: async (event) => void events.push(event),
  };
  return {
    host,
    table,
    ops,
    get connection() {
      return vault.connection;
    },
    set connection(value) {
      vault.connection = value;
    },
    partition,
    started,
    rename(to) {
      login = to;
    },
    events,
    slept,
    get clock() {
      return clock.now;
    },
    set clock(value) {
      clock.now = value;
    },
    create: (body, key = randomUUID()) =>
      createOperation(ops, {
        partition,
        request: createRepository.body.parse({ connection: 'connection', ...body }),
        idempotencyKey: key,
      }),
  };
}

/** An active connection of the user `example` to that provider. */
export function connectionAt(provider: string, login = 'example'): Connection {
  return {
    id: 'connection',
    provider,
    account: { id: '1', login },
    status: 'active',
    generation: 1,
    connectedAt: 1,
    updatedAt: 1,
  };
}

const access: Access = { token: 'token-of-the-test', login: 'example' };
