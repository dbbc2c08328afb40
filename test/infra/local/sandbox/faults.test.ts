import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../../../infra/local/sandbox/faults.ts';
import { anyPorts } from '../../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../../infra/local/sandbox/sandbox.ts';
import { connect, type Reply, send, user } from './calls.ts';

let sandbox: Sandbox;
let call: (method: string, path: string, json?: unknown) => Promise<Reply>;
beforeAll(async () => {
  sandbox = await startSandbox({ ports: anyPorts });
});
beforeEach(async () => {
  sandbox.reset();
  call = await user(sandbox, 'gitlab');
});
afterAll(() => sandbox.close());

const onCreate = (rule: Partial<FaultRule>) =>
  sandbox.fault({ provider: 'gitlab', method: 'POST', path: '/api/v4/projects', ...rule });
const create = () => call('POST', '/projects', { name: 'mine' });
const exists = () => sandbox.state('gitlab').repositories.some(({ path }) => path === 'mine');

describe('a fault', () => {
  test('given reset-before, when it hits, then the connection breaks and nothing happened', async () => {
    onCreate({ action: 'reset-before' });
    await expect(create()).rejects.toThrow();
    expect(exists()).toBe(false);
    expect(sandbox.requests.at(-1)?.status).toBe('reset');
  });
  test('given reset-after, when it hits, then the connection breaks and the project is there', async () => {
    onCreate({ action: 'reset-after' });
    await expect(create()).rejects.toThrow();
    expect(exists()).toBe(true);
  });
  test('given a status, when it hits, then it answers that and does not act, unless told to', async () => {
    onCreate({ action: 'status', status: 502 });
    expect((await create()).status).toBe(502);
    expect(exists()).toBe(false);
    onCreate({ action: 'status', status: 502, acts: true });
    expect((await create()).status).toBe(502);
    expect(exists()).toBe(true);
  });
  test('given a rate limit, when it hits GitLab, then plain text and Retry-After', async () => {
    onCreate({ action: 'rate-limit', retryAfter: 7 });
    const { status, headers, body } = await create();
    expect([status, headers.get('retry-after'), body]).toEqual([429, '7', 'Retry later\n']);
  });
  test('given truncate, when it hits, then the answer ends too early and the project is there', async () => {
    onCreate({ action: 'truncate' });
    await expect(create()).rejects.toThrow();
    expect(exists()).toBe(true);
  });
  test('given html, when it hits, then a page comes with status 200', async () => {
    onCreate({ action: 'html' });
    const { status, headers } = await create();
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(exists()).toBe(false);
  });
  test('given oversize, when it hits, then the JSON is padded', async () => {
    onCreate({ action: 'oversize', bytes: 1_200_000 });
    const { status, body } = await create();
    expect([status, body.path, body.padding?.length]).toEqual([201, 'mine', 1_200_000]);
  });
  test('given error-200, when it hits, then status 200 carries an error', async () => {
    onCreate({ action: 'error-200', body: { error: 'bad_verification_code' } });
    const { status, body } = await create();
    expect([status, body]).toEqual([200, { error: 'bad_verification_code' }]);
  });
  test('given a delay, when it hits, then the true answer comes late', async () => {
    onCreate({ delayMs: 120 });
    const begun = performance.now();
    expect((await create()).status).toBe(201);
    expect(performance.now() - begun).toBeGreaterThan(115);
  });
  test('given delayAfterMs, when the caller gives up, then the host has acted', async () => {
    onCreate({ delayAfterMs: 1_500 });
    const pending = create();
    await expect.poll(exists).toBe(true);
    expect(sandbox.requests.at(-1)?.status).toBe(0);
    await pending;
  });
});

describe('the reach of a fault', () => {
  test('given skip and count, when requests come, then only those in between are hit', async () => {
    const fault = sandbox.fault({
      path: '*/user',
      action: 'status',
      status: 500,
      skip: 1,
      count: 2,
    });
    const seen: number[] = [];
    for (let n = 0; n < 4; n += 1) seen.push((await call('GET', '/user')).status);
    expect(seen).toEqual([200, 500, 500, 200]);
    expect(fault.hits()).toBe(2);
  });
  test('given another provider, method or path, when a request comes, then it passes', async () => {
    sandbox.fault({ provider: 'github', action: 'status' });
    sandbox.fault({ method: 'DELETE', action: 'status' });
    sandbox.fault({ path: '/api/v4/users', action: 'status' });
    expect((await call('GET', '/user')).status).toBe(200);
  });
  test('given a grant type, when a code is redeemed, then only a refresh is hit', async () => {
    sandbox.fault({ grantType: 'refresh_token', action: 'reset-before' });
    expect((await connect(sandbox, 'github')).status).toBe(200);
  });
  test('given faults, when they are cleared, then requests pass', async () => {
    sandbox.fault({ action: 'status', count: 100 });
    sandbox.clearFaults();
    expect((await call('GET', '/user')).status).toBe(200);
  });
});

describe('the request log', () => {
  test('given a query, when it is logged, then the raw URL is kept and header names only', async () => {
    await call('GET', '/projects/a%2Fb?license=true');
    const { method, url, headerNames, status } = sandbox.requests.at(-1) ?? {};
    expect([method, url, status]).toEqual(['GET', '/api/v4/projects/a%2Fb?license=true', 404]);
    expect(headerNames).toContain('authorization');
    const tokens = sandbox.state('gitlab').tokens.map(({ value }) => value);
    expect(tokens.some((value) => JSON.stringify(sandbox.requests).includes(value))).toBe(false);
  });
  test('given token calls, when they are counted, then by grant type, failures too', async () => {
    await send('POST', `${sandbox.providers.gitlab.webUrl}/oauth/token`, {
      form: { grant_type: 'refresh_token' },
    });
    expect(sandbox.tokenCalls('gitlab')).toEqual({ authorization_code: 1, refresh_token: 1 });
  });
});
