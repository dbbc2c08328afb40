import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../../lib/errors.ts';
import { getOperation } from '../../lib/operations/read.ts';
import { strategies } from '../../lib/providers/provider.ts';
import { execute, readDefinition, type TaskInput } from '../lib/operations/machine.ts';
import { runWorkflow } from '../lib/operations/world.ts';
import { worlds } from '../lib/operations/worlds.ts';

const newWorld = worlds();
const definition = readDefinition();
const states = Object.entries(definition.States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const retryable = Object.entries(errorTable).flatMap(([code, { retryable }]) =>
  retryable ? [code] : [],
);
const awsErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.EC2ThrottledException',
  'Lambda.ENILimitReachedException',
  'Lambda.ResourceConflictException',
  'Lambda.ResourceNotReadyException',
  'Lambda.SnapStartNotReadyException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Sandbox.Timedout',
  'States.Timeout',
];

describe('the definition', () => {
  test('given the states language, when validated, then it is valid', () => {
    const { isValid, errorsText } = aslValidator(definition);
    expect(errorsText()).toBe('');
    expect(isValid).toBe(true);
  });

  test.each(tasks)(
    'given %s, when AWS or Lambda fails it, then it is retried; what a host asks to wait for is not, but where an end is cleaned up after',
    (name, { Retry = [] }) => {
      const names = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      const limits = name === 'FinishFailedOperation' ? [] : ['RateLimited'];
      const ours = retryable.filter((code) => !limits.includes(code));
      expect(names.toSorted()).toEqual([...ours, ...awsErrors].toSorted());
    },
  );

  test.each(tasks)(
    'given %s, when nothing helps, then every error is caught',
    (_, { Catch = [] }) => {
      expect(Catch.map(({ ErrorEquals }) => ErrorEquals)).toEqual([['States.ALL']]);
    },
  );

  test.each(tasks)(
    'given %s, when it hangs, then it ends 35 s after its start',
    (_, { TimeoutSeconds }) => {
      expect(TimeoutSeconds).toBe(35);
    },
  );

  test('given the error names in it, when looked up, then each is a code of ours or a name of AWS', () => {
    const results = states.flatMap(([, { Result }]) =>
      Result === undefined ? [] : [Result.Error],
    );
    const names = tasks.flatMap(([, { Retry = [] }]) => Retry.flatMap((each) => each.ErrorEquals));
    const unknown = [...names, ...results].filter((name) => !Object.hasOwn(errorTable, name));
    expect(new Set(unknown)).toEqual(new Set(awsErrors));
  });

  test('given the longest deadline, when compared, then the machine lives longer', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(240 * 60);
  });
});

describe('a run', () => {
  const fine = {
    GenerateFromTemplate: async () => ({ state: 'created', waitSeconds: 2 }),
    ForkRepo: async () => ({ state: 'created', waitSeconds: 2 }),
    CreateEmptyRepo: async () => ({ state: 'created', waitSeconds: 0 }),
    PollImportStatus: async () => ({ state: 'ready', waitSeconds: 0 }),
    ConfigureRepo: async () => ({ configured: true }),
    CommitFiles: async () => ({ state: 'committed', waitSeconds: 0 }),
    FinishOperation: async () => ({ state: 'ended', waitSeconds: 0 }),
    FinishFailedOperation: async () => ({ state: 'ended', waitSeconds: 0 }),
  };

  /** Runs with some tasks replaced; answers the tasks in the order they ran as well. */
  async function runWith(replaced: Partial<typeof fine>, strategy = 'fork') {
    const ran: string[] = [];
    const inputs: TaskInput[] = [];
    const noted = Object.fromEntries(
      Object.entries({ ...fine, ...replaced }).map(([name, task]) => [
        name,
        async (input: TaskInput) => {
          ran.push(name);
          inputs.push(input);
          return task();
        },
      ]),
    );
    const input = { operationId: 'operation', strategy };
    return { ...(await execute(noted, input, 'operation-lz1')), ran, inputs };
  }

  const failing = (name: string) => async () => {
    throw Object.assign(new Error(name), { name });
  };

  test.each([
    ['generate', 'GenerateFromTemplate'],
    ['fork', 'ForkRepo'],
    ['create', 'CreateEmptyRepo'],
  ])(
    'given the strategy %s, when run, then %s creates and the rest follows',
    async (strategy, creating) => {
      const { ran, error } = await runWith({}, strategy);
      expect(error).toBeUndefined();
      expect(ran).toEqual([
        creating,
        'PollImportStatus',
        'ConfigureRepo',
        'CommitFiles',
        'FinishOperation',
      ]);
    },
  );

  test('given the strategies of the contract, when compared, then each has a branch', () => {
    expect([...strategies].toSorted()).toEqual(['create', 'fork', 'generate']);
  });

  test('given an unknown strategy, when run, then the operation is finished as failed and so is the execution', async () => {
    const { ran, error } = await runWith({}, 'clone');
    expect(ran).toEqual(['FinishFailedOperation']);
    expect(error).toBe('InternalError');
  });

  test('given a look that says neither pending nor ready, when run, then it fails', async () => {
    const PollImportStatus = async () => ({ state: 'finished?', waitSeconds: 2 });
    const { ran, error } = await runWith({ PollImportStatus });
    expect(ran).toEqual(['ForkRepo', 'PollImportStatus', 'FinishFailedOperation']);
    expect(error).toBe('InternalError');
  });

  test.each(Object.keys(fine).filter((name) => name !== 'FinishFailedOperation'))(
    'given %s fails for good, when run, then the operation is finished with that error and the execution fails with it',
    async (name) => {
      const strategy =
        { GenerateFromTemplate: 'generate', CreateEmptyRepo: 'create' }[name] ?? 'fork';
      const { ran, error, inputs } = await runWith({ [name]: failing('Forbidden') }, strategy);
      expect(ran.at(-1)).toBe('FinishFailedOperation');
      expect(inputs.at(-1)).toEqual({
        operationId: 'operation',
        execution: 'operation-lz1',
        error: 'Forbidden',
      });
      expect(error).toBe('Forbidden');
    },
  );

  test('given functions of the version before, which say no state, when they answer beside this definition, then the run ends as it should', async () => {
    const before = { CommitFiles: async () => ({ files: 1 }) };
    expect((await runWith(before as never)).error).toBeUndefined();
    const FinishFailedOperation = async () => ({ status: 'failed' });
    const ended = { ...before, ConfigureRepo: failing('Forbidden'), FinishFailedOperation };
    expect((await runWith(ended as never)).error).toBe('Forbidden');
  });

  test('given a retryable failure, when it passes, then the run succeeds', async () => {
    let tries = 0;
    const ForkRepo = async () => {
      tries += 1;
      if (tries < 3) return failing('ProviderTimeout')();
      return { state: 'created', waitSeconds: 2 };
    };
    const { error } = await runWith({ ForkRepo });
    expect(error).toBeUndefined();
    expect(tries).toBe(3);
  });

  test('given finishing itself fails, when run, then the execution fails with what failed first', async () => {
    const replaced = {
      CommitFiles: failing('ScopeMissing'),
      FinishFailedOperation: failing('Forbidden'),
    };
    expect(await runWith(replaced)).toMatchObject({ error: 'ScopeMissing' });
  });

  test('C45 given any run, when its history is read, then it holds ids, waits and error names, no token and no result', async () => {
    const world = await newWorld();
    const operation = await world.create({
      name: 'mine',
      files: [{ path: 'a', text: 'secret text' }],
    });
    const { history, error } = await runWorkflow(world, operation);
    expect(error).toBeUndefined();
    expect(history).toContain(operation.id);
    for (const secret of ['token-of-the-test', 'secret text', 'example/mine', 'mine']) {
      expect(history).not.toContain(secret);
    }
  });
});

describe('C44 an import', () => {
  const endings = [
    ['fails', { state: 'failed', reason: 'Source gone' }, 'ImportFailed', 'Source gone'],
    ['is cancelled', { state: 'failed', reason: 'canceled' }, 'ImportFailed', 'canceled'],
    ['hangs', { state: 'pending', detail: 'scheduled' }, 'ImportTimedOut', 'scheduled'],
    [
      'has an unknown state',
      { state: 'pending', detail: 'preparing' },
      'ImportTimedOut',
      'preparing',
    ],
  ] as const;

  test.each(endings)(
    'C44 given it %s, when run, then it ends with its reason and never as a success',
    async (_, readiness, code, reason) => {
      const world = await newWorld();
      const operation = await world.create({
        template: 'templates/starter',
        name: 'mine',
        deadlineMinutes: 5,
      });
      world.host.newReadiness = readiness;
      const { error } = await runWorkflow(world, operation);
      expect(error).toBe(code);
      const after = await getOperation(world.ops, world.partition, operation.id);
      expect(after).toMatchObject({
        status: 'failed',
        error: { code, reason, step: 'pollImportStatus' },
      });
      expect(after.result).toBeUndefined();
      expect(world.events).toMatchObject([{ type: 'repository.failed', error: { code, reason } }]);
      expect(world.clock).toBeLessThanOrEqual(Date.parse(operation.deadline) + 1000);
    },
  );
});
