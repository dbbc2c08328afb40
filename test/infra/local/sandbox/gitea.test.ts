import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { root } from '../../../../infra/local/template.ts';
import { converse } from '../../../gitea/exchanges.ts';
import { visitConsent } from './visit.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts });
});
afterAll(() => sandbox.close());

test('given all that was asked of a real Gitea, when the stand-in is asked the same, then it says the same', async () => {
  const file = join(root, 'infra/local/sandbox/gitea/answers.json');
  const recorded = JSON.parse(readFileSync(file, 'utf8'));
  const said = await converse({ ...sandbox.providers.gitea, visit: visitConsent });
  expect(Object.keys(said)).toEqual(Object.keys(recorded));
  expect(JSON.parse(JSON.stringify(said))).toEqual(recorded);
});
