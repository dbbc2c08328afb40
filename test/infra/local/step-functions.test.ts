import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { afterEach, describe, expect, test } from 'vitest';
import { type Executions, executions, type Invoke } from '../../../infra/local/executions.ts';
import { lambdaFailure } from '../../../infra/local/lambda.ts';
import { serveStepFunctions } from '../../../infra/local/step-functions.ts';
import { functionName, stateMachineArn } from '../../../infra/local/template.ts';

/** Works, waits, and takes a named failure to an end of its own. */
const definition: StateMachineDefinition = {
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: `arn:aws:lambda:us-east-1:000000000000:function:${functionName('work')}`,
      Retry: [{ ErrorEquals: ['RateLimited'], IntervalSeconds: 60, MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['NotFound'], ResultPath: '$.failure', Next: 'Failed' }],
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 60, Next: 'Done' },
    Done: { Type: 'Succeed' },
    Failed: { Type: 'Fail', Error: 'Given', CausePath: '$.failure.Error' },
  },
};

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function stack(invoke: Invoke, options: { file?: string; pause?: number } = { pause: 1 }) {
  const runs: Executions = executions({ definition, invoke, ...options });
  const service = await serveStepFunctions(0, [runs]);
  stops.push(() => runs.close(), service.stop);
  const client = new SFNClient({
    region: 'us-east-1',
    endpoint: service.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const start = (name: string, input: unknown) =>
    client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  const describeIt = (executionArn: string | undefined) =>
    client.send(new DescribeExecutionCommand({ executionArn }));
  const ended = async (executionArn: string | undefined) => {
    for (;;) {
      const described = await describeIt(executionArn);
      if (described.status !== 'RUNNING') return described;
      await sleep(5);
    }
  };
  return { client, runs, start, ended, describeIt };
}

const forever: Invoke = () => new Promise(() => {});

describe('Step Functions over the local interpreter', () => {
  test('given an execution, when its task answers, then it succeeds with the answer and the task had the input', async () => {
    const calls: unknown[] = [];
    const { start, ended } = await stack(async (key, input) => {
      calls.push([key, input]);
      return { state: 'ready' };
    });
    const { executionArn } = await start('first', { operationId: 'first' });
    const { status, output, stopDate } = await ended(executionArn);
    expect([status, output]).toEqual(['SUCCEEDED', '{"state":"ready"}']);
    expect(stopDate).toBeInstanceOf(Date);
    expect(calls).toEqual([['work', { operationId: 'first' }]]);
  });

  test('given a task that fails by a name the definition catches, when it runs, then the execution takes that way', async () => {
    const { start, ended } = await stack(async () => {
      throw lambdaFailure('NotFound', 'nothing here');
    });
    const { executionArn } = await start('caught', {});
    expect(await ended(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'Given',
      cause: 'NotFound',
    });
  });

  test('given a task that fails by a name the definition retries, when it recovers, then the execution succeeds', async () => {
    let calls = 0;
    const { start, ended } = await stack(async () => {
      calls += 1;
      if (calls === 1) throw lambdaFailure('RateLimited', 'slow down');
      return {};
    });
    const { executionArn } = await start('retried', {});
    expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toBe(2);
  });

  test('given a task that fails by an unknown name, when it runs, then the execution fails with that name', async () => {
    const { start, ended } = await stack(async () => {
      throw lambdaFailure('ImportFailed', 'the reason');
    });
    const { executionArn } = await start('unknown', {});
    const { error, cause } = await ended(executionArn);
    expect(error).toBe('ImportFailed');
    expect(JSON.parse(cause ?? '')).toEqual({
      errorType: 'ImportFailed',
      errorMessage: 'the reason',
    });
  });

  test('C43 given a running execution, when it is started again with the same input, then it is the same one', async () => {
    const { start, runs } = await stack(forever);
    const first = await start('once', { a: 1 });
    const second = await start('once', { a: 1 });
    expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    expect(runs.all.size).toBe(1);
  });

  test('C43 given a running execution, when it is started with other input, then ExecutionAlreadyExists is raised', async () => {
    const { start } = await stack(forever);
    await start('once', { a: 1 });
    await expect(start('once', { a: 2 })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('C43 given an execution that has ended, when it is started again, then ExecutionAlreadyExists is raised', async () => {
    const { start, ended } = await stack(async () => ({}));
    await ended((await start('over', {})).executionArn);
    await expect(start('over', {})).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('given a running execution, when it is stopped, then it is aborted with the reason given', async () => {
    const { client, start, describeIt } = await stack(forever);
    const { executionArn } = await start('stopped', {});
    await client.send(
      new StopExecutionCommand({ executionArn, error: 'Cancelled', cause: 'by its user' }),
    );
    expect(await describeIt(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Cancelled',
      cause: 'by its user',
    });
  });

  test('given executions, when they are listed by status, then only those of that status come', async () => {
    const { client, start, ended } = await stack(async (_, input) =>
      JSON.stringify(input) === '{}' ? {} : forever('work', input),
    );
    await ended((await start('short', {})).executionArn);
    await start('long', { wait: true });
    const listed = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );
    expect(listed.executions?.map(({ name }) => name)).toEqual(['long']);
  });

  test('given an execution that failed, when its history is read, then it holds every state with its input and the failure', async () => {
    const { client, start, ended } = await stack(async () => {
      throw lambdaFailure('NotFound', 'nothing here');
    });
    const { executionArn } = await start('told', { operationId: 'told' });
    await ended(executionArn);
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionFailed',
      'StateCaught',
      'TaskStateExited',
      'FailStateEntered',
      'LambdaFunctionFailed',
      'ExecutionFailed',
    ]);
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({
      name: 'Work',
      input: '{"operationId":"told"}',
    });
    expect(events?.[2]?.lambdaFunctionFailedEventDetails?.error).toBe('NotFound');
  });

  test('given an execution that a restart interrupts, when the stack is up again, then it is finished', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'executions-')), 'executions.json');
    const before = await stack(forever, { file });
    const { executionArn } = await before.start('survivor', { operationId: 'survivor' });
    before.runs.close();

    const after = await stack(async () => ({ done: true }), { file, pause: 1 });
    expect(await after.describeIt(executionArn)).toMatchObject({ status: 'RUNNING' });
    after.runs.resume();
    expect(await after.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('given an execution nobody started, when it is described, then ExecutionDoesNotExist is raised', async () => {
    const { describeIt } = await stack(forever);
    const arn = 'arn:aws:states:us-east-1:000000000000:execution:x:nothing';
    await expect(describeIt(arn)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});
