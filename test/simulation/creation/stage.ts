import { createRepository } from '../../../lib/api/requests/createRepository.ts';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { createOperation } from '../../../lib/operations/create.ts';
import type {
  Execution,
  OperationEvent,
  Operations,
  Planning,
} from '../../../lib/operations/operation.ts';
import { commitFiles } from '../../../lib/operations/steps/commit-files.ts';
import { configureRepo } from '../../../lib/operations/steps/configure-repo.ts';
import { createEmptyRepo } from '../../../lib/operations/steps/create-empty-repo.ts';
import { finishOperation } from '../../../lib/operations/steps/finish-operation.ts';
import { forkRepo } from '../../../lib/operations/steps/fork-repo.ts';
import { generateFromTemplate } from '../../../lib/operations/steps/generate-from-template.ts';
import { pollImportStatus } from '../../../lib/operations/steps/poll-import-status.ts';
import { operationStore } from '../../../lib/operations/store.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Table } from '../../../lib/storage/table.ts';
import { dice as newDice } from '../dice.ts';
import { scheduler as newScheduler, type Scheduler } from '../scheduler.ts';
import { type SimulatedHost, type Style, simulatedHost } from './host.ts';
import { type Fate, type Life, startLife } from './life.ts';
import { runMachine } from './machine.ts';
import { memoryTable } from './memory-table.ts';
import type { Circumstances } from './scenarios.ts';

export const epoch = Date.parse('2026-03-01T12:00:00Z');
const functionLife = 29_000;

const tasks = {
  GenerateFromTemplate: generateFromTemplate,
  ForkRepo: forkRepo,
  CreateEmptyRepo: createEmptyRepo,
  PollImportStatus: pollImportStatus,
  ConfigureRepo: configureRepo,
  CommitFiles: commitFiles,
  FinishOperation: finishOperation,
  FinishFailedOperation: finishOperation,
} as const;

/** A world of its own: a host, a table, a state machine, and time that only this trial has. */
export interface Stage {
  readonly scheduler: Scheduler;
  readonly dice: ReturnType<typeof newDice>;
  readonly host: SimulatedHost;
  readonly table: Table;
  readonly events: OperationEvent[];
  readonly circumstances: Circumstances;
  /** Operations as an invocation with that fate has them. */
  operations(life: Life, partition?: string): Operations & Planning;
  /** A function that nothing befalls. */
  quiet(): Life;
  create(subject: string, key: string, body: object): Promise<{ id: string }>;
  /** Whether something still goes wrong; at the end all works again. */
  calm: boolean;
}

export function newStage(circumstances: Circumstances, style: Style, seed: number): Stage {
  const scheduler = newScheduler();
  const dice = newDice(seed * 7_919);
  const { now } = scheduler;
  const while_ = <T>(act: () => T): T | undefined => (stage.calm ? undefined : act());
  const host = simulatedHost(scheduler, dice, {
    style,
    epoch,
    skew: circumstances.hostSkew?.(dice) ?? 0,
    lag: () => circumstances.lag?.(dice) ?? 0,
    importTime: () => circumstances.importTime?.(dice) ?? dice.between(0, 40_000),
    keepsForksPublic: circumstances.keepsForksPublic ?? false,
    fault: (call) => while_(() => circumstances.fault?.(dice, call, now())),
  });
  const table = memoryTable();
  const events: OperationEvent[] = [];
  const started = new Set<string>();

  function seen(life: Life): Table {
    const reach = async <T>(send: () => Promise<T>): Promise<T> => {
      const mishap = while_(() => circumstances.table?.(dice));
      return life.step(async () => {
        await scheduler.sleep(dice.between(1, 20));
        if (mishap === 'lost') throw awayFor();
        const answer = await send();
        // As a client does that hears nothing.
        const last = mishap === 'echo' ? await send() : answer;
        if (mishap === 'answer lost') throw awayFor();
        return last;
      });
    };
    return {
      get: (key) => reach(() => table.get(key)),
      put: (...given) => reach(() => table.put(...given)),
      update: (...given) => reach(() => table.update(...given)),
      delete: (...given) => reach(() => table.delete(...given)),
      query: (query) => reach(() => table.query(query)),
    };
  }

  function task(state: string, input: Record<string, unknown>): Promise<unknown> {
    const step = tasks[state as keyof typeof tasks]; // one of the definition's
    const fate: Fate = { life: functionLife, ...while_(() => circumstances.fate?.(dice)) };
    const life = startLife(scheduler, fate);
    const given = while_(() => circumstances.givenUp?.(dice));
    return new Promise((resolve, reject) => {
      const fail = (name: string) => reject(Object.assign(new Error(name), { name }));
      life.onDeath((name) => scheduler.at(now() + dice.between(0, 2_000), () => fail(name)));
      if (given !== undefined) scheduler.at(now() + given, () => fail('Lambda.Unknown'));
      scheduler.at(now() + 35_000, () => fail('States.Timeout'));
      // Whatever the machine says, it says as JSON.
      step(stage.operations(life), input as { operationId: string }).then(resolve, reject);
    });
  }

  function execute({ name, operationId, strategy }: Execution): void {
    if (started.has(name)) return;
    started.add(name);
    const world = {
      task,
      sleep: scheduler.sleep,
      random: dice.next,
      isLost: () => while_(() => dice.chance(circumstances.loses ?? 0)) ?? false,
    };
    scheduler.at(now() + dice.between(10, 500), () => {
      void runMachine(world, { operationId, strategy }, name);
    });
  }

  const stage: Stage = {
    scheduler,
    dice,
    host,
    table,
    events,
    circumstances,
    calm: false,
    operations: (life) => ({
      store: operationStore(seen(life), dice.next),
      connections: { get: async () => connection },
      providers: async () => host.client(life, ''),
      useConnection: (_, purpose, use) => {
        const made = /\S+$/.exec(purpose)?.[0] ?? '';
        return use({ token: 'token', login: 'example' }, host.client(life, made));
      },
      workflow: { start: async (execution) => execute(execution) },
      now: () => epoch + now(),
      random: dice.next,
      timeLeft: life.timeLeft,
      sleep: (milliseconds) => life.step(() => scheduler.sleep(milliseconds)),
      emit: async (event) => void events.push(event),
    }),
    quiet: () => startLife(scheduler, { life: functionLife }),
    async create(subject, key, body) {
      const partition = subjectPartition(subject);
      const request = createRepository.body.parse({ connection: 'connection', ...body });
      for (;;) {
        try {
          const ops = stage.operations(stage.quiet());
          return await createOperation(ops, { partition, request, idempotencyKey: key });
        } catch (error) {
          // A caller comes again where that helps.
          if (!(error instanceof ForgebridgeError) || !error.retryable) throw error;
          await scheduler.sleep(1_000);
        }
      }
    },
  };
  const connection = {
    id: 'connection',
    provider: 'host',
    account: { id: '1', login: 'example' },
    status: 'active' as const,
    generation: 1,
    connectedAt: 1,
    updatedAt: 1,
  };
  return stage;
}

function awayFor(): ForgebridgeError {
  return new ForgebridgeError('ProviderUnavailable', { reason: 'table_unavailable' });
}
