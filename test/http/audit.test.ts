import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjectDigest, subjectPartition } from '../../lib/storage/keys.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend, connected, signedIn } from './person.ts';

describe('the audit', () => {
  let gateway: TestGateway;
  let connection: string;
  beforeAll(async () => {
    gateway = await startTestGateway({
      // An erasure goes on by itself: what it writes is not part of what began it.
      oneContainer: true,
      environment: { POWERTOOLS_LOG_LEVEL: 'ERROR' },
    });
    connection = await connected(gateway, await signedIn(gateway, 'audited'), 'gitlab');
  });
  afterAll(() => gateway.stop());

  /** The audit lines that `act` leaves. */
  async function linesOf(act: () => Promise<unknown>) {
    const before = gateway.logs.length;
    await act();
    return gateway.logs
      .slice(before)
      .filter((line) => line.includes('"audit":true'))
      .map((line) => JSON.parse(line));
  }
  const byBackend = (method: string, path: string, json?: unknown) =>
    linesOf(() => backend(gateway, 'audited')(method, path, json === undefined ? {} : { json }));
  const who = {
    caller: 'demo product',
    keyId: expect.stringMatching(/^[0-9a-f]{12}$/),
    address: '127.0.0.1',
    requestId: expect.any(String),
  };
  const subject = subjectDigest(subjectPartition('audited'));

  test('given a log level that hides what went well, when a token is handed out, then it is written down who got it, for whom and from where', async () => {
    const lines = await byBackend('POST', `/connections/${connection}/token`);
    expect(lines).toEqual([
      expect.objectContaining({ ...who, message: 'token opened', connection, subject }),
    ]);
  });

  test.each([
    ['POST', '/sessions', 'sessions:write', 'InvalidInput', {}],
    ['GET', '/installations/atomgit', 'installations:read', 'done', undefined],
    ['POST', '/installations/atomgit/nobody/token', 'installations:write', 'NotFound', undefined],
    ['DELETE', '/connections/AAAAAAAAAAAAAAAAAAAAAA', 'connections:write', 'NotFound', undefined],
    ['DELETE', '/subjects/nobody-here/sessions', 'sessions:write', 'done', undefined],
    ['DELETE', '/subjects/nobody-here', 'subjects:erase', 'done', undefined],
  ])(
    'given %s %s, when it is called, then a line has scope and outcome',
    async (method, path, scope, outcome, json) => {
      expect(await byBackend(method, path, json)).toEqual([
        expect.objectContaining({ ...who, message: 'privileged call', scope, outcome }),
      ]);
    },
  );

  test('given a person who signs in, when the session starts, then it is written down whose it is', async () => {
    const lines = await linesOf(() => signedIn(gateway, 'newcomer'));
    const newcomer = subjectDigest(subjectPartition('newcomer'));
    expect(lines).toEqual([
      expect.objectContaining({ scope: 'sessions:write', subject: newcomer, outcome: 'done' }),
      expect.objectContaining({
        message: 'session started',
        subject: newcomer,
        address: '127.0.0.1',
      }),
    ]);
  });

  test('given a caller without a key, when it asks for a token, then the attempt is written down without a name', async () => {
    const lines = await linesOf(() =>
      fetch(`${gateway.url}/connections/${connection}/token`, { method: 'POST' }),
    );
    expect(lines).toEqual([
      expect.objectContaining({ scope: 'tokens:read', outcome: 'CallerUnauthenticated' }),
    ]);
    expect(lines[0].keyId).toBeUndefined();
  });
});
