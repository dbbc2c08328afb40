import { beforeAll, describe, expect, test } from 'vitest';
import { dev, prod } from '../package/stages.ts';
import { inEnvironment, installPython } from './python.ts';
import { run } from './run.ts';

/** DependsOn that says what a reference says already: the framework writes it. */
const ofTheFramework = 'W3005';

describe('the template', () => {
  beforeAll(installPython);

  test.each([
    ['dev', dev],
    ['prod', prod],
  ])(
    'given stage %s, when cfn-lint reads what is deployed, then it finds nothing',
    async (_, stage) => {
      const { templateFile } = await stage();
      const found = await run(inEnvironment('cfn-lint'), [
        '--ignore-checks',
        ofTheFramework,
        '--',
        templateFile,
      ]);
      expect(found).toBe('');
    },
  );
});
