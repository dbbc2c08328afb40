import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { type Executions, executions } from '../../infra/local/executions.ts';
import { serveStepFunctions } from '../../infra/local/step-functions.ts';
import { stateMachineDefinition } from '../../infra/local/template.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, executionOf, signedIn } from '../http/person.ts';
import type { Counts } from './costs.ts';
import { type MeteredCall, meter } from './meter.ts';

/** Services whose calls are counted, by the variable that leads the AWS SDK to each. */
const services = ['DYNAMODB', 'SECRETS_MANAGER', 'EVENTBRIDGE'] as const;
const reads = ['GetItem', 'Query'];
const writes = ['PutItem', 'UpdateItem', 'DeleteItem'];
const known = [...reads, ...writes, 'GetSecretValue', 'PutEvents'];
const importSeconds = 30;

/**
 * Counts what one connect, token, refresh, creation, … asks of AWS, in warm functions: each is done
 * once before, by somebody else, and the second time is counted.
 */
export async function countAll(): Promise<Readonly<Record<string, Counts>>> {
  const half = (importSeconds * 1000) / 2;
  const gateway = await startTestGateway({
    sandbox: { importPace: { scheduledMs: half, startedMs: half, settleMs: 0 } },
  });
  const stops: (() => unknown)[] = [() => gateway.stop()];
  try {
    const calls: (readonly MeteredCall[])[] = [];
    for (const service of services) {
      const variable = `AWS_ENDPOINT_URL_${service}`;
      const metered = await meter(process.env[variable] ?? '');
      stops.unshift(metered.stop);
      calls.push(metered.calls);
      vi.stubEnv(variable, metered.url);
    }
    const runs = workflows(gateway);
    const steps = await serveStepFunctions(0, [runs]);
    stops.unshift(steps.stop, runs.close);
    vi.stubEnv('AWS_ENDPOINT_URL_SFN', steps.url);
    return await measure(gateway, runs, () => state(gateway, runs, calls.flat()));
  } finally {
    for (const stop of stops) await stop();
  }
}

/**
 * The state machine, whose waits take no time here and the asked one by the clock, which stands while
 * the steps work, so that a slow machine does not look less often.
 */
function workflows(gateway: TestGateway): Executions {
  gateway.clock.stand();
  const invoke = async (key: string, input: unknown) => {
    const result = await gateway.invoke(key, input);
    const { waitSeconds } = Object(result);
    if (waitSeconds !== undefined) gateway.clock.advance(waitSeconds * 1000);
    return result;
  };
  return executions({ definition: stateMachineDefinition(), invoke, pause: 1 });
}

async function measure(gateway: TestGateway, runs: Executions, now: () => Counts) {
  const counted: Record<string, Counts> = {};
  /** Does it for one subject and then, counted, for the other. */
  async function count<T>(name: string, act: (subject: string) => Promise<T>): Promise<void> {
    await act('first');
    const before = now();
    await act('second');
    counted[name] = difference(before, now());
  }

  const people = new Map<string, Awaited<ReturnType<typeof signedIn>>>();
  const connections = new Map<string, string>();
  const operations = new Map<string, string>();
  const call = (subject: string, method: string, path: string, json?: object) =>
    backend(gateway, subject)(method, path, {
      ...(json === undefined ? {} : { json, headers: { 'idempotency-key': subject } }),
    });
  const token = (subject: string) =>
    expectStatus(200, call(subject, 'POST', `/connections/${connections.get(subject)}/token`));

  await count('sign-in', async (subject) => {
    people.set(subject, await signedIn(gateway, subject));
  });
  await count('connect', async (subject) => {
    const person = people.get(subject);
    if (person === undefined) throw new Error('nobody signed in');
    connections.set(subject, await connected(gateway, person, 'gitlab'));
  });
  await count('token, still valid', token);
  gateway.clock.advance(3 * 3_600_000);
  await count('token, refreshed', token);
  await count(`creation, import of ${importSeconds} s`, async (subject) => {
    const connection = connections.get(subject);
    const json = { connection, name: `made-by-${subject}`, template: 'templates/starter' };
    const { body } = await expectStatus(202, call(subject, 'POST', '/repositories', json));
    operations.set(subject, body.id);
    const status = () => executionOf({ executions: runs }, body.id)?.status;
    while (status() === 'RUNNING') await sleep(5);
    if (status() !== 'SUCCEEDED') throw new Error(`the execution is ${status()}`);
  });
  await count('look at an operation', (subject) =>
    expectStatus(200, call(subject, 'GET', `/operations/${operations.get(subject)}`)),
  );
  return counted;
}

async function expectStatus<T extends { status: number }>(status: number, answer: Promise<T>) {
  const given = await answer;
  if (given.status !== status) throw new Error(`answered ${given.status}, not ${status}`);
  return given;
}

/** All that was counted so far. */
function state(gateway: TestGateway, runs: Executions, calls: readonly MeteredCall[]): Counts {
  const unknown = calls.find(({ operation }) => !known.includes(operation));
  if (unknown !== undefined) throw new Error(`${unknown.operation} has no price here`);
  const lines = gateway.logs.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const ends = (...messages: string[]) =>
    lines.filter(({ message }) => messages.includes(message)).length;
  const those = (operations: readonly string[]) =>
    calls.filter(({ operation }) => operations.includes(operation));
  const units = (operations: readonly string[]) =>
    those(operations).reduce((sum, call) => sum + call.units, 0);
  const events = [...runs.all.values()].flatMap((run) => run.events.map((event) => Object(event)));
  const entered = events.filter(({ type }) => type === 'StateEntered').length;
  return {
    apiRequests: ends('answered'),
    invocations: ends('answered', 'step done', 'refused', 'failed'),
    hostCalls: gateway.sandbox.requests.length,
    readUnits: units(reads),
    writeUnits: units(writes),
    // AWS counts the start and the end of an execution as well.
    transitions: entered + 2 * runs.all.size,
    secretsCalls: those(['GetSecretValue']).length,
    events: those(['PutEvents']).length,
    logLines: lines.length,
  };
}

function difference(before: Counts, after: Counts): Counts {
  const less = (member: keyof Counts) => after[member] - before[member];
  return {
    apiRequests: less('apiRequests'),
    invocations: less('invocations'),
    hostCalls: less('hostCalls'),
    readUnits: less('readUnits'),
    writeUnits: less('writeUnits'),
    transitions: less('transitions'),
    secretsCalls: less('secretsCalls'),
    events: less('events'),
    logLines: less('logLines'),
  };
}
