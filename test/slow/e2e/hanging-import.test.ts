import { afterAll, beforeAll, expect, test } from 'vitest';
import { person } from '../../e2e/person.ts';
import { type RunningStack, runStack } from '../../e2e/stack.ts';

let running: RunningStack;
beforeAll(async () => {
  running = await runStack();
});
afterAll(() => running.stop());

// The shortest deadline is a minute, and nobody here can set the clock of the stack forward.
test('C44 given an import that hangs, when its deadline passes, then the operation ends as timed out', async () => {
  const user = person(running, 'patient');
  await user.connect('gitlab');
  const wish = { template: 'templates/hangs', name: 'stuck', deadlineMinutes: 1 };
  const created = await user.create(await user.connection('gitlab'), wish);
  const operation = await user.ended(created.body.id);
  expect(operation).toMatchObject({ status: 'failed', error: { code: 'ImportTimedOut' } });
});
