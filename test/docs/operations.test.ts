import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from '../http/person.ts';
import { blocks, codeIn, type Page, page, rows, section } from './markdown.ts';

describe('docs/operations.md', () => {
  let gateway: TestGateway;
  let runbook: Page;
  beforeAll(async () => {
    gateway = await startTestGateway();
    runbook = await page('docs/operations.md');
  });
  afterAll(() => gateway.stop());

  test('given a subject with a connection, when it is erased as written, then the answer has the form of the example, and asking again finds nothing', async () => {
    const part = section(runbook, '## Erase a subject');
    const [command, example] = blocks(part).map(({ code }) => code);
    const subject = /\/subjects\/(\w+)/.exec(command ?? '')?.[1] ?? '';
    await connected(gateway, await signedIn(gateway, subject), 'gitlab');
    const erase = () => backend(gateway, subject)('DELETE', `/subjects/${subject}`);

    const { status, body } = await erase();
    expect(status).toBe(202);
    const written = JSON.parse(example ?? '');
    expect(Object.keys(body)).toEqual(Object.keys(written));
    for (const name of Object.keys(body)) {
      expect(Object.keys(body[name]), name).toEqual(Object.keys(written[name]));
    }
    expect(body).toMatchObject({ connections: { removed: 1 }, records: { complete: true } });
    expect((await erase()).body).toEqual({
      connections: { removed: 0, pending: 0 },
      records: { deleted: 0, complete: true },
    });
  });

  test('given a deployment, when its health is asked for, then it answers 200 and the parts that are written', async () => {
    const { status, body } = await backend(gateway, 'nobody')('GET', '/health');
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['status', 'settings', 'sealing', 'login', 'providers']);
    const [health = []] = rows(section(runbook, '## Where to look'));
    expect(codeIn(health[1] ?? '')).toEqual(expect.arrayContaining(['status', 'ok', 'incomplete']));
    expect(['ok', 'incomplete']).toContain(body.status);
  });
});
