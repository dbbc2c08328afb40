import { describe, expect, test } from 'vitest';
import {
  erasureMachineDefinition,
  functionKey,
  stateMachineDefinition,
  tableDefinitions,
} from '../../../infra/local/template.ts';
import { readDeployment } from '../../harness/routes.ts';

describe('the deployed template, read for this machine', () => {
  test('given the state machines, when they are read, then every task names a function of serverless.yml', () => {
    const { functions } = readDeployment();
    const states = [stateMachineDefinition(), erasureMachineDefinition()].flatMap((machine) =>
      Object.values(machine.States),
    );
    const tasks = states.flatMap((state) =>
      state.Type === 'Task' ? [functionKey(state.Resource)] : [],
    );
    expect(tasks.length).toBeGreaterThan(5);
    for (const task of tasks) expect([...functions.keys()]).toContain(task);
  });

  test('given the table, when it is read, then its keys and both indexes are there', () => {
    const table = JSON.stringify(tableDefinitions()[0]);
    for (const name of ['"pk"', '"sk"', '"byTime"', '"due"']) expect(table).toContain(name);
  });
});
