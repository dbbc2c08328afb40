import { browser } from '../harness/browser.ts';
import type { RunningStack } from './stack.ts';

/** One user of the product: their browser, and the product's backend acting for them. */
export function person({ stack }: RunningStack, subject: string) {
  const window = browser();

  /** Sends a request as the product's backend. */
  async function api(method: string, path: string, body?: unknown, headers = {}) {
    const response = await fetch(stack.publicUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${stack.apiKey}`,
        'forgebridge-subject': subject,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { response, status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    window,
    api,

    /** From the page over the product's login to the provider, and back with that decision. */
    async connect(provider: string, decision: RegExp = /allow/i) {
      const login = await window.open(`${stack.publicUrl}/`);
      const home = await window.submit(login, login.forms[0], { fields: { user: subject } });
      const consent = await window.follow(home, `/connect/${provider}`);
      return window.submit(consent, consent.forms[0], { button: decision });
    },

    async connection(provider: string): Promise<string> {
      const { body } = await api('GET', '/connections');
      return body.items.find((item: { provider: string }) => item.provider === provider)?.id;
    },

    create(connection: string, request: Record<string, unknown>, key = crypto.randomUUID()) {
      const headers = { 'idempotency-key': key };
      return api('POST', '/repositories', { connection, ...request }, headers);
    },

    /** Looks at the operation until it has ended, as `Retry-After` says. */
    async ended(operationId: string) {
      for (;;) {
        const { response, body } = await api('GET', `/operations/${operationId}`);
        if (body.status !== 'pending' && body.status !== 'running') return body;
        const seconds = Number(response.headers.get('retry-after') ?? 1);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      }
    },
  };
}
