import { ForgebridgeError, isForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import { readAnswer } from './answer.ts';

/** A host's answer that what was asked for stands elsewhere. */
export class Redirected extends Error {
  readonly location: string;

  constructor(status: number, location: string) {
    super(`redirected with ${status}`);
    this.name = 'Redirected';
    this.location = location;
  }
}

/** What a writer is told, with the new name where it can be learned. */
export const movedRemedy = 'It is called {name} now. Use that name.';

/**
 * A `fetch` for one API, which understands that something was renamed or moved. A read follows one
 * redirect within the API and so reports the new name; a write is never repeated elsewhere.
 *
 * @throws ForgebridgeError `NotFound`, `reason: 'moved'` for a write, with the new name in its
 * remedy. Any other redirect, and a second one, stays what `outbound` raises for it.
 */
export function followingMoves(send: typeof fetch, apiUrl: string): typeof fetch {
  return async (input, init) => {
    try {
      return await send(input, init);
    } catch (error) {
      const request = new Request(input, init);
      const target = targetOf(error, request.url, apiUrl);
      if (target === undefined) throw error;
      const headers = new Headers(request.headers);
      headers.delete('content-type');
      headers.delete('content-length');
      const signal = init?.signal;
      const look = (url: URL) => send(url, { headers, ...(signal ? { signal } : {}) });
      if (request.method === 'GET' || request.method === 'HEAD') return look(target);
      const name = await nameAt(target, look);
      throw new ForgebridgeError('NotFound', {
        reason: 'moved',
        ...defined({ remedy: name && movedRemedy.replace('{name}', name) }),
      });
    }
  };
}

/** Where a redirect leads, if that is another place of the same API. */
function targetOf(error: unknown, from: string, apiUrl: string): URL | undefined {
  if (!isForgebridgeError(error, 'ProviderProtocol')) return undefined;
  const location = error.cause instanceof Redirected ? error.cause.location : '';
  if (location === '' || !URL.canParse(location, from)) return undefined;
  const target = new URL(location, from);
  // What was asked of the old place is asked of the new one: else each page of a list is its first.
  if (target.search === '') target.search = new URL(from).search;
  const api = new URL(apiUrl);
  const below = `${api.pathname.replace(/\/$/, '')}/`;
  const inside = target.origin === api.origin && target.pathname.startsWith(below);
  return inside && target.username === '' && target.password === '' ? target : undefined;
}

/** The name of the repository that stands there now; undefined when the host does not tell. */
async function nameAt(
  target: URL,
  look: (url: URL) => Promise<Response>,
): Promise<string | undefined> {
  // What was written may be a part of the repository; the repository itself knows its name.
  const [whole] = /^.*?\/repositories\/\d+/.exec(target.pathname) ?? [target.pathname];
  try {
    const { body } = await readAnswer(await look(new URL(whole, target)));
    const { full_name, path_with_namespace } = Object(body) as Record<string, unknown>; // any shape
    const name = full_name ?? path_with_namespace;
    return typeof name === 'string' && /^[\w./-]{3,300}$/.test(name) ? name : undefined;
  } catch (error) {
    if (isForgebridgeError(error)) return undefined;
    throw error;
  }
}
