import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, erased, signedIn } from '../http/person.ts';
import { blocks, codeIn, type Page, page, rows, section } from './markdown.ts';

describe('docs/operations.md', () => {
  let gateway: TestGateway;
  let runbook: Page;
  beforeAll(async () => {
    gateway = await startTestGateway();
    runbook = await page('docs/operations.md');
  });
  afterAll(() => gateway.stop());

  test('given a subject with a connection, when it is erased as written, then its status comes to have the form of the example, and erasing again finds nothing', async () => {
    const part = section(runbook, '## Erase a subject');
    const [command, example] = blocks(part).map(({ code }) => code);
    const [subject = '', again] = [...(command ?? '').matchAll(/\/subjects\/(\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect(again).toBe(subject);
    await connected(gateway, await signedIn(gateway, subject), 'gitlab');

    const { body } = await erased(gateway, subject);

    const written = JSON.parse(example ?? '');
    expect(Object.keys(body)).toEqual(Object.keys(written));
    for (const name of ['connections', 'records']) {
      expect(Object.keys(body[name]), name).toEqual(Object.keys(written[name]));
    }
    expect(body).toMatchObject({ status: 'complete', connections: { removed: 1, pending: 0 } });
    expect((await erased(gateway, subject)).body).toMatchObject({
      connections: { removed: 0, pending: 0 },
      records: { deleted: 0 },
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
