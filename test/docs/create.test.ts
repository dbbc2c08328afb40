import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../infra/local/template.ts';
import { creatingHosts, strategiesOf } from '../conformance/hosts.ts';
import { creationGuardNames } from '../simulation/creation/guards.ts';
import { creationScenarios } from '../simulation/creation/scenarios.ts';

test('given docs/create.md, when compared with the campaign, the guards and the hosts, then it has a row or a table for each, and none says that a promise was broken', async () => {
  const text = await readFile(resolve(root, 'docs/create.md'), 'utf8');
  const first = (text.match(/^\| [^|]+/gm) ?? []).map((cell) => cell.slice(2).trim());
  for (const scenario of creationScenarios) expect(first).toContain(scenario);
  for (const guard of creationGuardNames) expect(first).toContain(`\`${guard}\``);
  for (const host of creatingHosts) {
    const cells = [host, ...strategiesOf(host)].join(String.raw`\s+\|\s+`);
    expect(text).toMatch(new RegExp(String.raw`^\| ${cells}\s+\|$`, 'm'));
  }
  expect(text).not.toMatch(/\d+ broken/);
});
