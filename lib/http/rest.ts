import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import { type Answer, readAnswer, refuseText } from './answer.ts';
import { followingMoves } from './moved.ts';

/** One REST request. `path` is appended to the API root; build it with {@link segments}. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Undefined members are left out. Never put a token here. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The host does not say with what it answers: text of its own will do, a page is a proxy's. */
  readonly unspecified?: boolean;
}

/**
 * A REST client of one API root: sends the request; answers outside 2xx are raised as `failure` reads
 * them.
 */
export function restClient<Request extends RestRequest>(options: {
  readonly apiUrl: string;
  readonly fetch: typeof fetch;
  readonly failure: (answer: Answer, request: Request) => ForgebridgeError;
}): (request: Request) => Promise<Answer> {
  const send = followingMoves(options.fetch, options.apiUrl);
  return async (request) => {
    const url = new URL(options.apiUrl + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { method, token, json, headers } = request;
    const sent = json === undefined ? undefined : 'application/json';
    const response = await send(url, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...defined({ 'content-type': sent }),
        ...headers,
      },
      // Text of what is undefined is undefined.
      ...defined({ body: JSON.stringify(json) }),
    });
    const answer = await readAnswer(response);
    // "Not modified" in answer to a write: it was so already.
    if (!response.ok && response.status !== 304) throw options.failure(answer, request);
    if (!request.unspecified || isPage(answer.body)) refuseText(answer.body);
    return answer;
  };
}

function isPage(body: unknown): boolean {
  return typeof body === 'string' && /^\s*</.test(body);
}

/**
 * A path from its parts, each encoded by itself: `segments('repos', 'a/b')` is `/repos/a%2Fb`.
 *
 * @throws ForgebridgeError `InvalidInput` for a part that would change the path: empty, `.`, `..`.
 */
export function segments(...parts: readonly string[]): string {
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new ForgebridgeError('InvalidInput', { reason: 'bad_path_segment' });
  }
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}
