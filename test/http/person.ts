import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { type Browser, browser, type Page } from '../harness/browser.ts';
import type { TestGateway } from '../harness/gateway.ts';
import { type Decision, visitConsent } from '../infra/local/sandbox/visit.ts';

/** Somebody with a browser of their own and an account at the product. */
export interface Person extends Browser {
  readonly subject: string;
  /** As the browser would send it. */
  cookie(): Promise<string>;
}

/** A browser in which `subject` has signed in at the product. */
export async function signedIn(
  gateway: TestGateway,
  subject: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Person> {
  const person = visitor(gateway, subject, headers);
  const login = await person.open(`${gateway.url}/`);
  const home = await person.submit(login, login.forms[0], { fields: { user: subject } });
  if (home.url !== `${gateway.url}/`) throw new Error(`not signed in: ${home.url}\n${home.html}`);
  return person;
}

/** A browser that nobody has signed in with. */
export function visitor(
  gateway: TestGateway,
  subject: string,
  headers: Readonly<Record<string, string>> = {},
): Person {
  const own = browser({ headers });
  return { ...own, subject, cookie: () => own.cookies.getCookieString(gateway.url) };
}

/** The click on "connect": the address of the host's consent page. */
export async function authorizeUrl(
  gateway: TestGateway,
  person: Person,
  provider: HostId,
  query = '',
): Promise<string> {
  const answer = await person.step(`${gateway.url}/connect/${provider}${query}`);
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`not sent on: ${answer.status}\n${answer.html}`);
  return location;
}

/** Connect up to the callback, which is not opened: its address. */
export async function callbackUrl(
  gateway: TestGateway,
  person: Person,
  provider: HostId,
  choice: Decision & { readonly query?: string } = {},
): Promise<URL> {
  const { query, ...decision } = choice;
  return visitConsent(await authorizeUrl(gateway, person, provider, query), decision);
}

/** The whole of a connect; the answer of the callback. */
export async function connect(
  gateway: TestGateway,
  person: Person,
  provider: HostId,
  choice: Decision & { readonly query?: string } = {},
): Promise<Page> {
  return person.step((await callbackUrl(gateway, person, provider, choice)).href);
}

/** The id of a connection just made. */
export async function connected(
  gateway: TestGateway,
  person: Person,
  provider: HostId,
): Promise<string> {
  const answer = await connect(gateway, person, provider);
  const location = answer.headers.get('location');
  const id = location === null ? null : new URL(location).searchParams.get('connection');
  if (id === null) throw new Error(`not connected: ${answer.status}\n${answer.html}`);
  return id;
}

/** Calls of a host's token endpoint so far, whatever their grant type. */
export function tokenRequests(gateway: TestGateway, provider: HostId): number {
  const counts = Object.values(gateway.sandbox.tokenCalls(provider));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The product's backend, acting for `subject`. */
export function backend(gateway: TestGateway, subject: string) {
  return async (method: string, path: string, options: Sent = {}): Promise<Answer> => {
    const { json, headers } = options;
    const answer = await fetch(gateway.url + path, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${gateway.apiKey}`,
        'forgebridge-subject': subject,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    return read(answer);
  };
}

export interface Sent {
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into bodies of many shapes; a wrong guess fails the test.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

/** An answer, read to its end; `body` is JSON where it is JSON. */
export async function read(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  const body = isJson && text !== '' ? JSON.parse(text) : undefined;
  return { status: answer.status, headers: answer.headers, text, body };
}

/** The connections of a subject, as the product's backend sees them. */
export async function connectionsOf(gateway: TestGateway, subject: string) {
  return (await backend(gateway, subject)('GET', '/connections')).body.items;
}

/** The latest execution of an operation. */
export function executionOf({ executions }: Pick<TestGateway, 'executions'>, operationId: string) {
  return [...executions.all.values()].findLast(({ name }) => name.startsWith(operationId));
}

/** An operation as it is once it and its workflow have ended. */
export async function ended(gateway: TestGateway, subject: string, id: string) {
  const call = backend(gateway, subject);
  for (let look = 0; look < 400; look += 1) {
    const { body } = await call('GET', `/operations/${id}`);
    const finished = executionOf(gateway, id)?.status !== 'RUNNING';
    if (finished && !['pending', 'running'].includes(body.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`operation ${id} does not end`);
}

/** Has a subject erased, and answers how that ended. */
export async function erased(gateway: TestGateway, subject: string): Promise<Answer> {
  const call = backend(gateway, subject);
  const begun = await call('DELETE', `/subjects/${subject}`);
  if (begun.status !== 202) throw new Error(`not erased: ${begun.status} ${begun.text}`);
  while ([...gateway.erasures.all.values()].some(({ status }) => status === 'RUNNING')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return call('GET', `/subjects/${subject}/erasure`);
}
