import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { erasureMachineDefinition } from '../../infra/local/template.ts';
import { errorTable } from '../../lib/errors.ts';
import { readDeployment } from '../harness/routes.ts';

const names = z.array(z.string());
const stateSchema = z.looseObject({
  Type: z.string(),
  TimeoutSeconds: z.optional(z.number()),
  Seconds: z.optional(z.number()),
  Retry: z._default(z.array(z.looseObject({ ErrorEquals: names })), []),
  Catch: z._default(z.array(z.looseObject({ ErrorEquals: names, Next: z.string() })), []),
});

const definition = erasureMachineDefinition();
const states = Object.entries(definition.States).map(
  ([name, state]) => [name, stateSchema.parse(state)] as const,
);
const tasks = states.filter(([, { Type }]) => Type === 'Task');

describe('the state machine that erases', () => {
  test('given the states language, when validated, then it is valid', () => {
    const { isValid, errorsText } = aslValidator(definition);
    expect(errorsText()).toBe('');
    expect(isValid).toBe(true);
  });

  test('given each task, when it fails in whatever way, then it is tried again, after a while too, and never given up', () => {
    const retryable = Object.entries(errorTable).flatMap(([code, each]) =>
      each.retryable ? [code] : [],
    );
    expect(tasks.map(([name]) => name)).toEqual(['Close', 'Erase']);
    for (const [name, { Retry, Catch, TimeoutSeconds }] of tasks) {
      const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried, name).toEqual(expect.arrayContaining(retryable));
      expect(Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: `WaitTo${name}` }]);
      expect(TimeoutSeconds, name).toBe(35);
    }
    expect(states.filter(([, { Type }]) => Type === 'Fail')).toEqual([]);
  });

  test('given a function that had begun before nothing worked any more, when the second state begins, then that function is over', () => {
    const longest = Math.max(
      ...[...readDeployment().functions.values()].map(({ timeout }) => timeout),
    );
    const settle = states.find(([name]) => name === 'Settle')?.[1].Seconds ?? 0;
    expect(settle).toBeGreaterThan(longest + 5);
  });

  test('given a host that is away for a week, when its revocations are given up, then the machine lives still', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(8 * 24 * 3600);
  });
});
