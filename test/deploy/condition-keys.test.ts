import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { conditionKeys } from './condition-keys.ts';
import { inEnvironment, installPython } from './python.ts';
import { run } from './run.ts';

describe('the condition keys that the emulator adds', () => {
  let found: readonly unknown[];
  beforeAll(async () => {
    await installPython();
    const script = join(import.meta.dirname, 'condition_keys.py');
    const input = JSON.stringify(conditionKeys);
    found = JSON.parse(await run(inEnvironment('python'), [script], { input }));
  });

  test.each(conditionKeys.map((each, index) => [each.given, index, each.keys] as const))(
    'given %s, when it is read, then policies see what AWS would show them',
    (_, index, keys) => {
      expect(found[index]).toEqual(keys);
    },
  );
});
