import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyPorts } from '../../infra/local/sandbox/registry.ts';
import { root } from '../../infra/local/template.ts';
import { converse } from './exchanges.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { visitConsent } from './visit.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts });
});
afterAll(() => sandbox.close());

test('given the answers that the stand-in gives, when a real Gitea is asked the same, then it still says the same', async () => {
  const file = join(root, 'infra/local/sandbox/gitea/answers.json');
  const said = await converse({ ...sandbox.providers.gitea, visit: visitConsent });
  expect(JSON.parse(JSON.stringify(said)), 'record them anew: node test/gitea/record.ts').toEqual(
    JSON.parse(readFileSync(file, 'utf8')),
  );
});
