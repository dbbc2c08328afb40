import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { onTestFinished } from 'vitest';
import { type OutboundPolicy, outbound } from '../../lib/http/outbound.ts';

/** One request that must come and what it is answered. */
export interface Exchange {
  readonly expect: {
    readonly method: string;
    /** Raw path as on the wire, percent-encoding included, without the query. */
    readonly path: string;
    /** The whole query; missing means that there must be none. */
    readonly query?: Readonly<Record<string, string>>;
    /** The whole body as JSON. With neither `json` nor `form` the body must be empty. */
    readonly json?: unknown;
    /** The whole body as a form. */
    readonly form?: Readonly<Record<string, string>>;
    /** Headers that must be there with these values; names in lower case. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** An answer, or `hang` (none ever), or `cut` (the connection breaks before one). */
  readonly reply:
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly json?: unknown;
        readonly text?: string;
      }
    | 'hang'
    | 'cut';
}

/** A request as it arrived. `url` is the raw request target. */
interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Replay {
  readonly origin: string;
  /** The product's own way out, limited to {@link origin}; it neither sleeps nor jitters. */
  readonly fetch: typeof fetch;
  readonly requests: readonly RecordedRequest[];
  /** Fires as soon as a request hangs. */
  readonly hanging: AbortSignal;
  /** Raises when a request met no exchange, an exchange no request, or a URL held a secret. */
  done(): void;
}

/**
 * A real HTTP server on localhost that plays a script, for tests of anything that calls a host.
 *
 * Call it inside a test: `const host = await replay([{ expect: { method: 'GET', path: '/user' },
 * reply: { status: 200, json: { id: 1 } } }])`, point the client at `host.origin`, give it
 * `host.fetch`. A request takes the first exchange that fits and was not used yet; one that fits
 * none is answered 500 and fails the test, and so does an exchange that nobody used. Every secret
 * seen in a header or body (bearer tokens, codes, verifiers, client secrets, tokens) must be absent
 * from every URL. All this is checked when the test ends; call `done()` to check earlier.
 */
export async function replay(
  script: readonly Exchange[],
  policy: Partial<OutboundPolicy> = {},
): Promise<Replay> {
  const open = [...script];
  const requests: RecordedRequest[] = [];
  const unmatched: string[] = [];
  const hanging = new AbortController();
  const server = createServer(async (incoming, outgoing) => {
    const request = await record(incoming);
    requests.push(request);
    const index = open.findIndex(({ expect }) => fits(expect, request));
    const [exchange] = index < 0 ? [] : open.splice(index, 1);
    if (exchange === undefined) unmatched.push(describeRequest(request));
    const reply = exchange?.reply ?? { status: 500, text: 'not in the script' };
    if (reply === 'hang') hanging.abort(new DOMException('The time is up', 'TimeoutError'));
    else answer(outgoing, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an AddressInfo, not a pipe's name.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const done = () => {
    const problems = [
      ...unmatched.map((request) => `no exchange for ${request}`),
      ...open.map(({ expect }) => `unused: ${JSON.stringify(expect)}`),
      ...leaks(requests),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  };
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    done();
  });
  return {
    origin,
    requests,
    hanging: hanging.signal,
    done,
    fetch: outbound({
      origins: [origin],
      timeout: 20_000,
      maxBytes: 1024 * 1024,
      now: () => 0,
      random: () => 0,
      sleep: async () => {},
      ...policy,
    }),
  };
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers, body: Buffer.concat(await incoming.toArray()).toString('utf8') };
}

function fits(expected: Exchange['expect'], request: RecordedRequest): boolean {
  const [path, query = ''] = request.url.split('?', 2);
  return (
    expected.method === request.method &&
    expected.path === path &&
    isDeepStrictEqual(parseForm(query), { ...expected.query }) &&
    Object.entries(expected.headers ?? {}).every(([name, v]) => request.headers[name] === v) &&
    bodyFits(expected, request)
  );
}

function bodyFits({ json, form }: Exchange['expect'], { headers, body }: RecordedRequest): boolean {
  const type = headers['content-type'] ?? '';
  if (form !== undefined) {
    return (
      type.startsWith('application/x-www-form-urlencoded') &&
      isDeepStrictEqual(parseForm(body), { ...form })
    );
  }
  if (json === undefined) return body === '';
  return type.startsWith('application/json') && isDeepStrictEqual(parseJson(body), json);
}

function parseForm(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answer(outgoing: ServerResponse, reply: Exclude<Exchange['reply'], 'hang'>): void {
  if (reply === 'cut') {
    outgoing.destroy();
    return;
  }
  const type = reply.json === undefined ? 'text/plain' : 'application/json; charset=utf-8';
  const body = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
  outgoing.writeHead(reply.status, { 'content-type': type, ...reply.headers }).end(body);
}

const secretMembers = [
  'access_token',
  'refresh_token',
  'token',
  'code',
  'code_verifier',
  'client_secret',
];

function leaks(requests: readonly RecordedRequest[]): string[] {
  const secrets = new Set(requests.flatMap(secretsOf).filter((secret) => secret.length >= 8));
  return requests.flatMap(({ method, url }) =>
    [...secrets].some((secret) => decodeURIComponent(url).includes(secret))
      ? [`a secret stands in the URL of ${method} ${url}`]
      : [],
  );
}

function secretsOf({ headers, body }: RecordedRequest): string[] {
  const members = { ...parseForm(body), ...Object(parseJson(body)) };
  return [
    (headers.authorization ?? '').replace(/^\w+ /, ''),
    ...secretMembers.map((name) => String(members[name] ?? '')),
  ];
}

function describeRequest({ method, url, body }: RecordedRequest): string {
  return `${method} ${url} ${body}`;
}
