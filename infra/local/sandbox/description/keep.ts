import type { Context, MiddlewareHandler } from 'hono';
import type { Host } from '../host.ts';
import { formOf, jsonOf } from '../reply.ts';
import type { Wire } from '../wire.ts';
import type { Documented, Found } from './description.ts';

/**
 * Keeps a stand-in to what its host publishes: a request with anything undocumented in it, or without
 * what is required, is refused, and an answer that is not as documented becomes 500. Both are told
 * `tell`. Oddities that are switched on answer as they please.
 */
export function keepTo(
  documented: Documented,
  { settings, quirks }: Pick<Host, 'settings' | 'quirks'>,
  tell: (problem: string) => void,
): MiddlewareHandler<Wire> {
  const api = new URL(settings.apiUrl).pathname.replace(/\/$/, '');
  return async (c, next) => {
    const call = callOf(c);
    if (call === undefined) {
      await next();
      if (isOfApi(c.req.path) && c.res.ok) {
        refuseWith(c, 500, [`${c.req.method} ${c.req.path} is answered and not documented`]);
      }
      return;
    }
    const wrong = documented.request(call, new URL(c.req.url).searchParams, await bodyOf(c));
    const unheard = wrong.filter((problem) => problem.endsWith('is not documented'));
    if (unheard.length > 0) return refuseWith(c, 400, unheard);
    await next();
    // What is missing the host may have refused in its own words.
    if (c.res.ok && wrong.length > 0) return refuseWith(c, 400, wrong);
    if (quirks.size === 0) await checkAnswer(c, call);
  };

  async function checkAnswer(c: Context, call: Found): Promise<void> {
    const problems = documented.answer(call, c.res.status, await answerOf(c.res));
    if (problems.length > 0) refuseWith(c, 500, problems);
  }

  /** Where the API has no path of its own, pages for people stand beside it. */
  function isOfApi(path: string): boolean {
    return api !== '' && path.startsWith(`${api}/`);
  }

  function callOf(c: Context): Found | undefined {
    const { method, path } = c.req;
    const below = path.startsWith(`${api}/`) ? path.slice(api.length) : undefined;
    const found = below === undefined ? undefined : documented.find('api', method, below);
    return found ?? documented.find('web', method, path);
  }

  function refuseWith(c: Context, status: 400 | 500, problems: readonly string[]): void {
    for (const problem of problems) tell(`${settings.id} ${problem}`);
    c.res = undefined;
    c.res = Response.json({ message: `sandbox: ${problems.join('; ')}` }, { status });
  }
}

async function bodyOf(c: Context): Promise<unknown> {
  if (c.req.method === 'GET') return undefined;
  const json = await jsonOf(c);
  if (json !== undefined) return json;
  const form = await formOf(c);
  return Object.keys(form).length === 0 ? undefined : form;
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.clone().text();
  if (text === '') return undefined;
  return /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}
