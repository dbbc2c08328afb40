import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as realSleep } from 'node:timers/promises';
import { listen } from '../../../infra/local/listen.ts';

/**
 * What the server makes of a refresh token that was used before: refuses it, refuses it and ends
 * every token of that consent, or answers again as it answered the first time.
 */
export type Reuse = 'strict' | 'revokes-on-reuse' | 'leeway';

/** What goes wrong with one request. Every request takes the next one, until none is left. */
interface Fault {
  /** Where the request waits before anything happens; before any delay. */
  readonly gate?: Gate;
  /** Where the answer waits after the deed. */
  readonly answerGate?: Gate;
  /** Milliseconds before anything happens. */
  readonly delay?: number;
  /** Milliseconds between the deed and the answer. */
  readonly lag?: number;
  /** Answered with this instead. */
  readonly answer?: {
    readonly status: number;
    readonly body?: unknown;
    readonly retryAfter?: number;
  };
  /** The connection breaks: before the server acts, or after. */
  readonly reset?: 'before' | 'after';
}

/** Holds one request until the test has done what is to happen meanwhile. */
export interface Gate {
  /** Settles when the request is at the gate. */
  readonly reached: Promise<void>;
  open(): void;
  /** For the server. */
  pass(): Promise<void>;
}

export function gate(): Gate {
  const arrival = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  return {
    reached: arrival.promise,
    open: opening.resolve,
    pass() {
      arrival.resolve();
      return opening.promise;
    },
  };
}

interface Grant {
  access: string;
  refresh: string;
  ended: boolean;
}

/** An OAuth token endpoint with rotation (RFC 6749, RFC 7009), and a place to try a token out. */
export interface AuthorizationServer {
  readonly url: string;
  readonly faults: Fault[];
  /** Applies to every request while set. */
  outage: Fault | undefined;
  /** What was asked for, in order. */
  readonly calls: readonly string[];
  /** Requests to the token endpoint so far. */
  refreshes(): number;
  /** Tokens of a new consent. */
  consent(): { readonly accessToken: string; readonly refreshToken: string };
  /** Whether an access or refresh token works now. */
  isLive(token: string): boolean;
  /** How many tokens work now. */
  liveTokens(): number;
  /** Ends this token alone, as an administrator might. */
  kill(token: string): void;
  stop(): Promise<void>;
}

export async function startAuthorizationServer(options: {
  readonly reuse: Reuse;
  readonly killsAccess: boolean;
  /** Seconds that an access token lives, as told to the client; nothing here ends by the clock. */
  readonly expiresIn?: number;
  /** How a request is delayed, until its client has gone; in real time when missing. */
  readonly sleep?: (milliseconds: number, gone: AbortSignal) => Promise<void>;
}): Promise<AuthorizationServer> {
  const { sleep = (milliseconds) => realSleep(milliseconds) } = options;
  const grants: Grant[] = [];
  const live = new Set<string>();
  const successors = new Map<string, { readonly grant: Grant; readonly answer: object }>();
  const calls: string[] = [];

  function issue(grant: Grant): object {
    grant.access = `access-${randomUUID()}`;
    grant.refresh = `refresh-${randomUUID()}`;
    live.add(grant.access).add(grant.refresh);
    return {
      access_token: grant.access,
      refresh_token: grant.refresh,
      token_type: 'bearer',
      expires_in: options.expiresIn ?? 7200,
    };
  }

  function refresh(form: URLSearchParams): { status: number; body: object } {
    if (form.get('client_secret') !== 'right') return refusal('invalid_client', 401);
    const token = form.get('refresh_token') ?? '';
    const spent = successors.get(token);
    if (spent !== undefined && options.reuse === 'leeway' && !spent.grant.ended) {
      return { status: 200, body: spent.answer };
    }
    if (spent !== undefined && options.reuse === 'revokes-on-reuse') end(spent.grant);
    const grant = grants.find((one) => one.refresh === token && !one.ended);
    if (grant === undefined || !live.has(token)) return refusal('invalid_grant');
    live.delete(token);
    if (options.killsAccess) live.delete(grant.access);
    const answer = issue(grant);
    successors.set(token, { grant, answer });
    return { status: 200, body: answer };
  }

  function end(grant: Grant): void {
    grant.ended = true;
    live.delete(grant.access);
    live.delete(grant.refresh);
  }

  function answer(path: string, form: URLSearchParams, bearer: string) {
    if (path === '/token') return refresh(form);
    if (path === '/revoke') {
      live.delete(form.get('access') ?? '');
      live.delete(form.get('refresh') ?? '');
      return { status: 200, body: {} };
    }
    return live.has(bearer)
      ? { status: 200, body: { id: 1, username: 'ada' } }
      : refusal('invalid_token', 401);
  }

  const state = { outage: undefined as Fault | undefined, faults: [] as Fault[] };
  const service = await listen(
    createServer(async (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url ?? '';
      calls.push(path);
      const form = new URLSearchParams(await text(request));
      const fault = state.faults.shift() ?? state.outage ?? {};
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      await fault.gate?.pass();
      if (fault.delay !== undefined) await sleep(fault.delay, gone.signal);
      if (fault.reset === 'before') return void request.socket.destroy();
      const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      const { status, body, retryAfter } = {
        retryAfter: undefined,
        ...(fault.answer ?? answer(path, form, bearer)),
      };
      await fault.answerGate?.pass();
      if (fault.lag !== undefined) await sleep(fault.lag, gone.signal);
      if (fault.reset === 'after') return void request.socket.destroy();
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      });
      response.end(JSON.stringify(body ?? {}));
    }),
    0,
  );

  return Object.assign(state, {
    url: service.url,
    calls,
    refreshes: () => calls.filter((path) => path === '/token').length,
    consent() {
      const grant: Grant = { access: '', refresh: '', ended: false };
      grants.push(grant);
      issue(grant);
      return { accessToken: grant.access, refreshToken: grant.refresh };
    },
    isLive: (token: string) => live.has(token),
    liveTokens: () => live.size,
    kill: (token: string) => void live.delete(token),
    stop: service.stop,
  });
}

function refusal(error: string, status = 400) {
  return { status, body: { error } };
}
