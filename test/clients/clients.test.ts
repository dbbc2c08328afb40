import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../infra/local/template.ts';
import { person } from '../e2e/person.ts';
import { type RunningStack, runStack } from '../e2e/stack.ts';
import { generators } from './generators.ts';
import { startThrottling, type Throttling } from './throttling.ts';

const descriptions = {
  '3.1': join(root, 'openapi.yaml'),
  '3.0.3': join(root, 'openapi-3.0.yaml'),
};
const provider = 'github';

let running: RunningStack;
let throttling: Throttling;
beforeAll(async () => {
  [running, throttling] = await Promise.all([runStack(), startThrottling()]);
  // Every list of an account's repositories is one request too many for the host.
  running.stack.sandbox.fault({
    provider,
    method: 'GET',
    path: '*/user/repos',
    action: 'rate-limit',
    retryAfter: 60,
    count: Number.MAX_SAFE_INTEGER,
  });
});
afterAll(async () => {
  await Promise.all([running.stop(), throttling.stop()]);
});

describe.each(generators)('the client of $name', (generator) => {
  const folder = mkdtempSync(join(tmpdir(), 'forgebridge-client-'));
  beforeAll(() => generator.prepare(), 1_200_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('given the description, when it is made, then nothing in the description is warned of', async () => {
    expect(await generator.generate(descriptions[generator.reads], folder)).toEqual([]);
  });

  test('given a connected account, when it lists, gets a token, creates and watches, then the repository is there, and each refusal came as its type, one of a later version too', async () => {
    const repository = `by-${generator.name}`;
    const subject = `user-of-${generator.name}`;
    await person(running, subject).connect(provider);

    const printed = await generator.run(folder, {
      PUBLIC_URL: running.stack.publicUrl,
      API_KEY: running.stack.apiKey,
      SUBJECT: subject,
      REPOSITORY: repository,
      THROTTLING_URL: throttling.url,
    });
    const { accessToken, ...report } = JSON.parse(printed);

    expect(report).toEqual({
      status: 'succeeded',
      fullName: `sandbox-user/${repository}`,
      missing: 'NotFound',
      later: 'OfLater',
      limited: 60,
      throttled: 'Too Many Requests',
    });
    const { tokens, repositories } = running.stack.sandbox.state(provider);
    expect(tokens.filter(({ live }) => live).map(({ value }) => value)).toContain(accessToken);
    const made = repositories.find(({ path }) => path === repository);
    const files = made?.branches.main?.files;
    expect(files?.['note.txt']).toBe(`${repository}\n`);
    expect(files?.['data.bin']).toBe('\u0000\u0001');
    // Left out of the request, so it is as the description says.
    expect(made).toMatchObject({ visibility: 'private' });
  });
});
