import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { creatingHosts, hosts } from '../conformance/hosts.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import {
  authorizeUrl,
  backend,
  callbackUrl,
  connect,
  connected,
  ended,
  erased,
  type Person,
  signedIn,
} from './person.ts';
import { records, recordsOf } from './records.ts';

/** What a deployment does in its life, failures included; then everything that it let out is searched. */
describe('canary tokens', () => {
  let gateway: TestGateway;
  let realFetch: typeof fetch;
  /** Every reply of the gateway but those that hand out a token. */
  const replies: string[] = [];
  /** Everything that must be found nowhere, by name. */
  const canaries = new Map<string, string>();
  /** Cookies, states and the like: the browser has them, logs must not. */
  const browsers = new Map<string, string>();

  beforeAll(async () => {
    gateway = await startTestGateway({ sleepless: true });
    recordReplies();
    for (const provider of hosts) await live(provider);
    for (const provider of creatingHosts) await createSome(provider);
    await failAround();
    await collect();
  });
  afterAll(async () => {
    globalThis.fetch = realFetch;
    await gateway.stop();
  });

  function recordReplies() {
    realFetch = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const answer = await realFetch(input, init);
      const url = String(input instanceof Request ? input.url : input);
      if (url.startsWith(gateway.url) && !url.endsWith('/token')) {
        const text = await answer.clone().text();
        const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie');
        replies.push(`${answer.status} ${JSON.stringify(headers)} ${text}`);
      }
      return answer;
    };
  }

  async function live(provider: HostId) {
    const person = await signedIn(gateway, `life-${provider}`);
    const call = backend(gateway, `life-${provider}`);
    await keepSecrets(person, provider);
    const id = await connected(gateway, person, provider);
    for (const rest of ['', '/repositories', '/namespaces', '/names/free']) {
      await call('GET', `/connections/${id}${rest}`);
    }
    const token = await call('POST', `/connections/${id}/token`);
    expect(token.body.accessToken).toBeTypeOf('string');
    gateway.sandbox.expire(provider);
    await call('POST', `/connections/${id}/token`, {
      json: { rejectedGeneration: token.body.generation },
    });
    await call('GET', '/connections');
    await person.step(`${gateway.url}/`);
    await person.step(`${gateway.url}/new`);
    await call('GET', `/connections/${id}/repositories`);
    await call('DELETE', `/connections/${id}`);
  }

  /** The state, verifier, code and cookie of a flow, before it is used. */
  async function keepSecrets(person: Person, provider: HostId) {
    const url = new URL(await authorizeUrl(gateway, person, provider));
    browsers.set(`state of ${provider}`, url.searchParams.get('state') ?? '');
    browsers.set(`session of ${provider}`, (await person.cookie()).split('=')[1] ?? '');
    for (const [index, { verifier }] of (await recordsOf(gateway, 'FLOW#')).entries()) {
      canaries.set(`verifier ${index} of ${provider}`, String(verifier));
    }
  }

  async function createSome(provider: HostId) {
    const subject = `create-${provider}`;
    const call = backend(gateway, subject);
    const connection = await connected(gateway, await signedIn(gateway, subject), provider);
    const wishes = [
      { name: 'made', template: 'templates/starter', files: [{ path: 'a', text: 'b' }] },
      { name: 'empty' },
      { name: 'failing', template: 'templates/fails' },
      { name: 'refused', template: 'templates/none' },
    ];
    for (const wish of wishes) {
      const made = await call('POST', '/repositories', {
        json: { connection, ...wish },
        headers: { 'idempotency-key': wish.name },
      });
      // Some hosts never say that a copy failed: its deadline ends it.
      if (wish.name === 'failing') gateway.clock.advance(31 * 60_000);
      if (made.status === 202) await ended(gateway, subject, made.body.id);
    }
  }

  async function failAround() {
    const faults = [
      { action: 'error-200' },
      { action: 'html' },
      { action: 'oversize' },
      { action: 'truncate' },
      { action: 'reset-after' },
      { action: 'status', status: 500, acts: true },
    ] as const;
    for (const [index, provider] of hosts.entries()) {
      const subject = `fail-${provider}`;
      const person = await signedIn(gateway, subject);
      const call = backend(gateway, subject);
      // Codes are redeemed by the same code everywhere: each failure at two hosts.
      for (const fault of [...faults, ...faults].slice((index * 2) % 6, ((index * 2) % 6) + 2)) {
        gateway.sandbox.fault({ ...fault, provider, grantType: 'authorization_code' });
        await connect(gateway, person, provider);
        gateway.sandbox.clearFaults();
      }
      await connect(gateway, person, provider, { decision: 'deny' });
      const used = await callbackUrl(gateway, person, provider);
      await person.step(used.href);
      await person.step(used.href);
      const id = await connected(gateway, person, provider);
      for (const fault of faults.slice(1)) {
        gateway.sandbox.fault({ ...fault, provider, count: 3 });
        await call('GET', `/connections/${id}/repositories`);
        gateway.sandbox.clearFaults();
      }
      gateway.sandbox.revoke(provider);
      // A token that a replica may not know yet would be looked at again first.
      gateway.clock.advance(6_000);
      const refused = await call('GET', `/connections/${id}/repositories`);
      expect(refused.status).toBe(409);
      await call('POST', `/connections/${id}/token`);
      await erased(gateway, subject);
    }
    await call401();
  }

  /** Secrets where they do not belong: they must not come back out. */
  async function call401() {
    for (const path of ['/connections', '/operations', '/sessions/current']) {
      await fetch(`${gateway.url}${path}`, {
        headers: { authorization: `Bearer ${gateway.apiKey}x` },
      });
    }
    const { value = '' } = gateway.sandbox.state('gitlab').tokens[0] ?? {};
    await fetch(`${gateway.url}/connections/${value}`, {
      headers: { authorization: `Bearer ${value}` },
    });
    await fetch(`${gateway.url}/repositories`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.apiKey}`,
        'forgebridge-subject': 'x',
        'idempotency-key': 'x',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ connection: value, name: 'x', [value]: value }).slice(0, -1),
    });
  }

  async function collect() {
    for (const provider of hosts) {
      const { tokens, codes } = gateway.sandbox.state(provider);
      for (const [index, { value, use }] of tokens.entries()) {
        canaries.set(`${use} token ${index} of ${provider}`, value);
      }
      for (const [index, code] of codes.entries())
        browsers.set(`code ${index} of ${provider}`, code);
      const { clientSecret, appPrivateKey } = gateway.sandbox.providers[provider];
      canaries.set(`client secret of ${provider}`, clientSecret);
      for (const line of appPrivateKey?.split('\n').filter((each) => /^[\w+/=]{40,}$/.test(each)) ??
        []) {
        canaries.set(`app key of ${provider}: ${canaries.size}`, line);
      }
    }
    canaries.set('api key', gateway.apiKey);
    const open = JSON.parse(gateway.secrets.get('forgebridge/local/keys/open') ?? '');
    canaries.set('opening key', open.keys[0].d);
  }

  function expectNone(text: string, values: ReadonlyMap<string, string>) {
    const found = [...values].flatMap(([name, value]) => {
      expect(value.length).toBeGreaterThan(7);
      return text.includes(value) ? [name] : [];
    });
    expect(found).toEqual([]);
  }

  test('C26 given the run, when what it did is counted, then tokens, refreshes, failures and repositories were all there', () => {
    expect(canaries.size).toBeGreaterThan(60);
    expect(replies.length).toBeGreaterThan(150);
    expect(gateway.logs.length).toBeGreaterThan(200);
    expect(gateway.sandbox.tokenCalls('gitlab').refresh_token).toBeGreaterThan(0);
    const statuses = new Set([...gateway.executions.all.values()].map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['FAILED', 'SUCCEEDED']);
    expect(gateway.logs.join('')).toContain('"level":"ERROR"');
  });

  test('C26 given the run, when logs, metrics and errors are searched, then they hold no token, key, secret, cookie, state or code', () => {
    const text = gateway.logs.join('\n');
    expectNone(text, canaries);
    expectNone(text, browsers);
  });

  test('C26 given the run, when every reply is searched, then none holds a token or secret but the one that hands it out', () => {
    expectNone(replies.join('\n'), canaries);
  });

  test('C26 given the run, when the event bus is searched, then it holds none', () => {
    expect(gateway.events.length).toBeGreaterThan(0);
    expectNone(JSON.stringify(gateway.events), new Map([...canaries, ...browsers]));
  });

  test('C45 given the run, when the input and the history of every execution are searched, then they hold no token', () => {
    const runs = [...gateway.executions.all.values()];
    expect(runs.length).toBeGreaterThan(8);
    expectNone(JSON.stringify(runs), new Map([...canaries, ...browsers]));
    for (const { input } of runs) {
      expect(Object.keys(JSON.parse(input)).sort()).toEqual(['operationId', 'strategy']);
    }
  });

  test('C26 given the run, when the table is searched, then no token lies there unsealed', async () => {
    const tokens = [...canaries].filter(([name]) => !name.startsWith('verifier'));
    expectNone(JSON.stringify(await records(gateway)), new Map(tokens));
  });
});
