import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, executionOf, signedIn } from './person.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    oneContainer: true,
    environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
  });
});
afterAll(() => gateway.stop());

test('given a repository that was created, when the log is searched for its operation, then the request, each step and the calls to the host are found', async () => {
  const person = await signedIn(gateway, 'operator');
  const connection = await connected(gateway, person, 'gitlab');
  const created = await backend(gateway, 'operator')('POST', '/repositories', {
    json: { connection, template: 'templates/starter', name: 'traced' },
    headers: { 'idempotency-key': 'once' },
  });
  const { id } = created.body;
  await expect.poll(() => executionOf(gateway, id)?.status).toBe('SUCCEEDED');

  const lines = gateway.logs
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes(id) && line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const request = lines.find(({ route }) => route === 'POST /repositories');
  expect(request).toMatchObject({ message: 'answered', status: 202, operationId: id });
  expect(request.requestId).toBeTruthy();
  const steps = lines.filter(({ message }) => message === 'step done');
  expect(new Set(steps.map((line) => line.function))).toEqual(
    new Set(
      ['forkRepo', 'pollImportStatus', 'configureRepo', 'commitFiles', 'finishOperation'].map(
        (name) => expect.stringContaining(name),
      ),
    ),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ message: 'host answered', provider: 'gitlab', method: 'POST' }),
  );
});
