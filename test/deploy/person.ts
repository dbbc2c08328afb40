import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { browser, type Page } from '../harness/browser.ts';

/** One user of the product: their browser, and the product's backend acting for them. */
export function person(publicUrl: string, apiKey: string, subject: string) {
  const window = browser();

  /** Sends a request as the product's backend. */
  async function api(method: string, path: string, json?: unknown, headers = {}) {
    const answer = await fetch(publicUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'forgebridge-subject': subject,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    const body = text === '' ? undefined : JSON.parse(text);
    return { status: answer.status, headers: answer.headers, body };
  }

  return {
    subject,
    window,
    api,

    /** From the page over the product's login back to the page, unless signed in already. */
    async signIn(): Promise<Page> {
      const login = await window.open(`${publicUrl}/`);
      if (new URL(login.url).origin === publicUrl) return login;
      return window.submit(login, login.forms[0], { fields: { user: subject } });
    },

    /** From the page to the host's consent, and back with it. */
    async connect(home: Page, provider: string): Promise<Page> {
      const consent = await window.follow(home, `/connect/${provider}`);
      return window.submit(consent, consent.forms[0], { button: /allow/i });
    },

    create(connection: string, wanted: Readonly<Record<string, unknown>>) {
      const headers = { 'idempotency-key': randomUUID() };
      return api('POST', '/repositories', { connection, ...wanted }, headers);
    },

    /** The operation as it is once it has ended, or after a minute. */
    async ended(operationId: string) {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const { headers, body } = await api('GET', `/operations/${operationId}`);
        const underWay = ['pending', 'running'].includes(body.status);
        if (!underWay || Date.now() > deadline) return body;
        await sleep(Number(headers.get('retry-after')) * 1000);
      }
    },
  };
}

export type Person = ReturnType<typeof person>;
