import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { processorTime } from '../harness/processor-time.ts';
import { backend, connected, type Person, signedIn } from './person.ts';
import { sendRaw } from './wire.ts';

/** At this length quadratic work takes half a minute. */
const long = 100_000;
/** Milliseconds of processor time that linear work stays far below. */
const bound = 3_000;

/** Texts that make careless regular expressions try everything. */
const patterns: readonly (readonly [string, string])[] = [
  ['a', 'a'.repeat(long)],
  ['a!', `${'a'.repeat(long)}!`],
  ['-', `${'-'.repeat(long)}!`],
  ['.', `${'.'.repeat(long)}!`],
  ['a/', `${'a/'.repeat(long / 2)}!`],
  ['/', '/'.repeat(long)],
  ['.git', '.git'.repeat(long / 4)],
  ['{{', '{{'.repeat(long / 2)],
  ['{{a', '{{a'.repeat(long / 4)],
  ['{{ ', `{{${' '.repeat(long)}`],
  ['${{', '${{'.repeat(long / 4)],
  ['space', ' '.repeat(long)],
  ['line', 'a\n'.repeat(long / 4)],
  ['%0', '%0'.repeat(long / 2)],
  ['http', `http://${'a'.repeat(long)}`],
  ['a.a@', `http://${'a.'.repeat(long / 2)}@`],
  ['base64', '='.repeat(long)],
  ['q=', `zh${';q=0.1'.repeat(long / 8)}`],
];

describe('long input, from outside', () => {
  let gateway: TestGateway;
  let person: Person;
  let connection = '';
  let call: ReturnType<typeof backend>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    person = await signedIn(gateway, 'long');
    connection = await connected(gateway, person, 'gitlab');
    call = backend(gateway, 'long');
    // What is loaded on first use is not what is measured.
    await create({ name: '..' });
  });
  afterAll(() => gateway.stop());

  const create = (more: object) =>
    call('POST', '/repositories', {
      json: { connection, name: 'x', ...more },
      headers: { 'idempotency-key': 'long' },
    });

  async function quick(send: () => Promise<{ status: number }>): Promise<void> {
    let status = 0;
    const taken = await processorTime(async () => {
      ({ status } = await send());
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(taken).toBeLessThan(bound);
  }

  const fields: readonly (readonly [string, (text: string) => object])[] = [
    ['name', (name) => ({ name })],
    ['connection', (text) => ({ connection: text })],
    ['template', (template) => ({ template })],
    ['namespace', (namespace) => ({ namespace })],
    ['description', (description) => ({ description })],
    ['homepage', (homepage) => ({ settings: { homepage } })],
    ['path', (path) => ({ files: [{ path, text: '' }] })],
    ['base64', (base64) => ({ files: [{ path: 'a', base64: `*${base64}` }] })],
    ['commitMessage', (commitMessage) => ({ commitMessage })],
    ['variable', (text) => ({ variables: { a: text } })],
    ['variable name', (text) => ({ variables: { [text]: 'a' } })],
    ['label', (text) => ({ labels: { a: text } })],
    ['label name', (text) => ({ labels: { [text]: 'a' } })],
    ['unknown', (text) => ({ [text]: 1 })],
    // A bad name beside it keeps the plan from going on, and the text is gone through before.
    ['text', (text) => ({ visibility: 'none', files: [{ path: 'a', text }] })],
  ];
  test.each(fields)(
    'C56 given 100 KB in %s, when a repository is asked for, then the refusal comes in linear time',
    async (_, body) => {
      for (const [, text] of patterns) await quick(() => create(body(text)));
    },
  );

  test.each(patterns.map(([name]) => name))(
    'C56 given 100 KB of %j in a file, when its placeholders are filled, then the refusal comes in linear time',
    async (name) => {
      const text = patterns.find(([each]) => each === name)?.[1] ?? '';
      await quick(() =>
        create({ name: 'free', files: [{ path: 'a', text: `{{unknown}} ${text}` }] }),
      );
    },
  );

  test.each(['request', 'subject', 'returnTo'])(
    'C56 given 100 KB in %s, when a session is asked for, then the refusal comes in linear time',
    async (field) => {
      const good = { request: 'r'.repeat(43), subject: 'long', returnTo: '/' };
      for (const [, text] of patterns) {
        await quick(() => call('POST', '/sessions', { json: { ...good, [field]: text } }));
      }
    },
  );

  test.each(['connection', 'template', 'namespace', 'name', 'description', 'visibility'])(
    'C56 given 100 KB in the field %s of the form, when it is sent, then the refusal comes in linear time',
    async (field) => {
      const headers = { cookie: await person.cookie(), origin: gateway.url };
      for (const [name, text] of patterns) {
        // Encoded these would be over the limit, and not looked at.
        const body = `${field}=${name === 'a' ? text : encodeURIComponent(text).slice(0, long)}`;
        await quick(() =>
          fetch(`${gateway.url}/new`, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
            body,
          }),
        );
      }
    },
  );

  test('C56 given a form of eighty thousand fields, when it is sent, then the refusal comes in linear time', async () => {
    const body = Array.from({ length: 80_000 }, (_, index) => index.toString(36)).join('&');
    const headers = {
      cookie: await person.cookie(),
      origin: gateway.url,
      'content-type': 'application/x-www-form-urlencoded',
    };
    await quick(() => fetch(`${gateway.url}/new`, { method: 'POST', headers, body }));
  });

  test.each([
    ['authorization', (text: string) => `Bearer ${text}`],
    ['authorization', (text: string) => text],
    ['forgebridge-subject', (text: string) => `${text} `],
    ['content-type', (text: string) => `application/${text.replaceAll('a', '+')}`],
    ['accept-language', (text: string) => text],
    ['cookie', (text: string) => `__Host-forgebridge=${text}`],
    ['if-none-match', (text: string) => text],
    ['idempotency-key', (text: string) => `${text} `],
  ])(
    'C56 given the longest header %s that gets through, when it arrives, then the refusal comes in linear time',
    async (name, value) => {
      for (const text of ['a', '+', 'a.', ';q=1,', '{{', ', ']) {
        const headers = {
          authorization: `Bearer ${gateway.apiKey}`,
          'forgebridge-subject': 'long',
          'content-type': 'application/json',
          [name]: value(text.repeat(15_000 / text.length)).trim(),
        };
        await quick(() =>
          sendRaw(gateway.url, { method: 'POST', path: '/repositories', headers, body: '{' }),
        );
      }
    },
  );
});
