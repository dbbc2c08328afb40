import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import { defined } from '../../../lib/primitives/defined.ts';
import type { Fault, Faults } from './faults.ts';
import type { HostId } from './registry.ts';
import { formOf } from './reply.ts';
import type { LoggedRequest, RequestLog } from './requests.ts';
import type { StandIn } from './stand-in.ts';

export type Wire = { Bindings: HttpBindings };

const tokenPaths = ['/oauth/token', '/login/oauth/access_token'];

async function grantTypeOf(c: Context<Wire>): Promise<string | undefined> {
  if (c.req.method !== 'POST' || !tokenPaths.includes(c.req.path)) return undefined;
  const fields = await formOf(c);
  return fields.grant_type ?? 'authorization_code';
}

/** What most hosts say to "too many requests". */
export function tooMany(retryAfter: number): Response {
  const headers = { 'retry-after': String(retryAfter) };
  return Response.json({ message: 'Too Many Requests' }, { status: 429, headers });
}

function cut(c: Context<Wire>, entry: LoggedRequest): Response {
  entry.status = 'reset';
  c.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

async function half(c: Context<Wire>, entry: LoggedRequest, answer: Response): Promise<Response> {
  const body = Buffer.from(await answer.arrayBuffer());
  entry.status = answer.status;
  const { outgoing } = c.env;
  outgoing.writeHead(answer.status, {
    ...Object.fromEntries(answer.headers),
    'content-length': Math.max(body.length, 2),
  });
  const sent = body.subarray(0, Math.floor(body.length / 2));
  await new Promise<void>((resolve) => outgoing.write(sent, () => resolve()));
  await sleep(20);
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

async function padded(answer: Response, bytes: number): Promise<Response> {
  const text = await answer.text();
  const value: unknown = text === '' ? {} : JSON.parse(text);
  const padding = 'x'.repeat(bytes);
  const body = Array.isArray(value) ? [...value, { padding }] : { ...Object(value), padding };
  return Response.json(body, { status: answer.status });
}

/** Answers that need no acting by the host; undefined: the host's own answer stands. */
function substitute(fault: Fault, standIn: StandIn): Response | undefined {
  switch (fault.action) {
    case 'status': {
      const status = fault.status ?? 503;
      // In trouble a gateway answers for the host; every other status is the host's own.
      const usual = status < 500 ? { message: `refused with ${status}` } : undefined;
      const body = fault.body === undefined ? usual : fault.body;
      return body === undefined
        ? new Response('upstream trouble\n', { status })
        : Response.json(body, { status, ...defined({ headers: fault.headers }) });
    }
    case 'rate-limit':
      return (standIn.tooMany ?? tooMany)(fault.retryAfter ?? 1);
    case 'html':
      return new Response('<!doctype html><title>Proxy</title><h1>Please wait</h1>\n', {
        status: fault.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    case 'text':
      return new Response('404 page not found\n', { status: fault.status ?? 200 });
    case 'error-200':
      return Response.json(
        fault.body ?? { error: 'server_error', error_description: 'Something went wrong.' },
      );
    default:
      return undefined;
  }
}

/** What goes over the wire once the host has acted (or was kept from acting). */
async function deliver(
  c: Context<Wire>,
  entry: LoggedRequest,
  fault: Fault,
  instead: Response | undefined,
): Promise<Response | undefined> {
  if (fault.action === 'reset-after') return cut(c, entry);
  if (fault.action === 'truncate') return half(c, entry, c.res);
  if (fault.action === 'oversize') return padded(c.res, fault.bytes ?? 2_000_000);
  return instead;
}

/** Writes every request of one host down and lets the faults act on it. */
export function wire(
  provider: HostId,
  standIn: StandIn,
  log: RequestLog,
  faults: Faults,
  now: () => number,
): MiddlewareHandler<Wire> {
  return async (c, next) => {
    const { method = '', url = '', headers } = c.env.incoming;
    const headerNames = Object.keys(headers);
    const entry = log.add({ provider, method, url, headerNames, at: now(), status: 0 });
    const grantType = await grantTypeOf(c);
    if (grantType !== undefined) entry.grantType = grantType;
    const fault = faults.take({
      provider,
      method,
      path: c.req.path,
      ...(grantType && { grantType }),
    });
    if (fault === undefined) {
      await next();
      entry.status = c.res.status;
      return;
    }
    await sleep(fault.delayMs ?? 0);
    if (fault.action === 'reset-before') return cut(c, entry);
    const instead = substitute(fault, standIn);
    if (instead === undefined || fault.acts === true) await next();
    await sleep(fault.delayAfterMs ?? 0);
    const answer = (await deliver(c, entry, fault, instead)) ?? c.res;
    if (entry.status === 0) entry.status = answer.status;
    // Assigning twice keeps the headers of the first answer out of the second.
    c.res = undefined;
    c.res = answer;
    return;
  };
}
