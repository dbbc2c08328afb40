import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostIds } from '../../infra/local/sandbox/registry.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { backend } from './person.ts';

describe('GET /providers, from outside', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  interface Offer {
    readonly id: string;
    readonly connectUrl: string;
    readonly installUrl?: string;
    readonly abilities: { readonly strategies: string[]; readonly installations: boolean };
  }
  const offers = async (): Promise<readonly Offer[]> => {
    const answer = await fetch(`${gateway.url}/providers`);
    return (await answer.json()).items;
  };

  test('given the configured providers, when anybody asks, then each is there with the way to connect it', async () => {
    const all = await offers();
    expect(all.map(({ id }) => id).sort()).toEqual([...hostIds].sort());
    for (const { id, connectUrl } of all) expect(connectUrl).toBe(`${gateway.url}/connect/${id}`);
  });

  test('given a provider with an app, when its offer is read, then it says where the app is installed', async () => {
    const all = await offers();
    expect(all.some(({ abilities }) => abilities.installations)).toBe(true);
    for (const { id, installUrl, abilities } of all) {
      const expected = abilities.installations ? `${gateway.url}/install/${id}` : undefined;
      expect(installUrl).toBe(expected);
    }
  });

  test('given a provider that makes nothing, when its offer is read, then there is no strategy', async () => {
    const made = (await offers()).map(({ abilities }) => abilities.strategies.length > 0);
    expect(new Set(made)).toEqual(new Set([true, false]));
  });

  test('given the list, when it is made, then no host is asked and no secret is read', async () => {
    const before = gateway.sandbox.requests.length;
    await backend(gateway, 'somebody')('GET', '/providers');
    expect(gateway.sandbox.requests).toHaveLength(before);
  });
});
