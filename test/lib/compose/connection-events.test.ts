import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../harness/gateway.ts';
import { backend, connected, signedIn } from '../../http/person.ts';

describe('events of connections', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  test('given a grant that ended at the host, when its token is asked for, then the connection is told broken; connected again, then recovered', async () => {
    const person = await signedIn(gateway, 'listener');
    const connectionId = await connected(gateway, person, 'gitlab');
    gateway.sandbox.revoke('gitlab');
    gateway.clock.advance(3 * 3_600_000);
    const token = `/connections/${connectionId}/token`;
    const asked = await backend(gateway, 'listener')('POST', token);
    expect(asked.body.code).toBe('ReconnectRequired');
    const broken = { connectionId, reason: 'invalid_grant', at: expect.any(String) };
    expect(told()).toEqual([{ type: 'connection.broken', ...broken }]);

    await connected(gateway, person, 'gitlab');
    const recovered = { connectionId, at: expect.any(String) };
    expect(told().slice(1)).toEqual([{ type: 'connection.recovered', ...recovered }]);
  });

  function told() {
    return gateway.events.map(({ Source, DetailType, Detail }) => {
      expect(Source).toBe('forgebridge');
      return { type: DetailType, ...JSON.parse(Detail) };
    });
  }
});
