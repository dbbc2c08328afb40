import type { MiddlewareHandler } from 'hono';
import type { Host } from './host.ts';
import type { Wire } from './wire.ts';

/** What any host may leave empty of what it says. */
const nullable =
  /^(description|homepage|website|full_description|owner|assigner|license|language|email|avatar_url|created_at|updated_at|pushed_at|last_activity_at|suspended_at|events|permissions?|topics|human_name|ssh_url|ssh_url_to_repo)$/;

/** Oddities that are the same at every host: what they do to an answer of the API. */
export function oddities(host: Host): MiddlewareHandler<Wire> {
  const api = new URL(host.settings.apiUrl).pathname.replace(/\/$/, '');
  return async (c, next) => {
    await next();
    const odd = host.has('ghost-rows') || host.has('null-fields');
    const json = /json/.test(c.res.headers.get('content-type') ?? '');
    if (!odd || !json || !c.res.ok || !c.req.path.startsWith(`${api}/`)) return;
    // The token endpoint of a host whose API has no path of its own.
    if (c.req.method !== 'GET' && !c.req.path.includes('/repos') && api === '') return;
    const body: unknown = await c.res.clone().json();
    const nulled = host.has('null-fields') ? withNulls(body) : body;
    const headers = new Headers(c.res.headers);
    headers.delete('content-length');
    const { status } = c.res;
    c.res = new Response(JSON.stringify(host.has('ghost-rows') ? withGhosts(nulled) : nulled), {
      status,
      headers,
    });
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      nullable.test(name) ? null : withNulls(member),
    ]),
  );
}

/** A list, or the list in an answer, with rows that are hardly any behind those of things with ids. */
function withGhosts(body: unknown): unknown {
  if (Array.isArray(body)) {
    const [first] = body;
    return isObject(first) && first.id !== undefined ? [...body, ...ghostsLike(first)] : body;
  }
  if (!isObject(body)) return body;
  const lists = ['repositories', 'installations'].filter((name) => Array.isArray(body[name]));
  return { ...body, ...Object.fromEntries(lists.map((name) => [name, withGhosts(body[name])])) };
}

/** One whose owner is gone, one that says next to nothing, and none at all. */
function ghostsLike(row: Readonly<Record<string, unknown>>): unknown[] {
  const left = { id: 998, owner: null, account: null, namespace: null, created_at: null };
  const name = 'full_name' in row ? { full_name: 'ghost/left' } : {};
  const anonymous = Object.fromEntries(
    Object.entries(row).filter(([member]) => !/name|path|login|_url$/.test(member)),
  );
  return [{ ...anonymous, ...name, ...left }, { id: null }, null];
}
