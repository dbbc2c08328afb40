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
  /** The server acts, and a gateway in front of it answers with this status. */
  readonly gateway?: number;
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
  /** A code for a new consent; it works once. */
  code(): string;
  /** Milliseconds for which a new access token is not known at /user. */
  replicaLag: number;
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
  /** A new consent ends those before it. */
  readonly endsOlder?: boolean;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}): Promise<AuthorizationServer> {
  const { sleep = (milliseconds) => realSleep(milliseconds), now = Date.now } = options;
  const grants: Grant[] = [];
  const live = new Set<string>();
  const born = new Map<string, number>();
  const codes = new Set<string>();
  const successors = new Map<string, { readonly grant: Grant; readonly answer: object }>();
  const calls: string[] = [];

  function issue(grant: Grant): object {
    grant.access = `access-${randomUUID()}`;
    grant.refresh = `refresh-${randomUUID()}`;
    live.add(grant.access).add(grant.refresh);
    born.set(grant.access, now());
    return {
      access_token: grant.access,
      refresh_token: grant.refresh,
      token_type: 'bearer',
      expires_in: options.expiresIn ?? 7200,
    };
  }

  function consent(): { grant: Grant; answer: object } {
    if (options.endsOlder) for (const older of grants) end(older);
    const grant: Grant = { access: '', refresh: '', ended: false };
    grants.push(grant);
    return { grant, answer: issue(grant) };
  }

  function token(form: URLSearchParams): { status: number; body: object } {
    if (form.get('client_secret') !== 'right') return refusal('invalid_client', 401);
    if (form.get('grant_type') !== 'authorization_code') return refresh(form);
    const known = codes.delete(form.get('code') ?? '');
    return known ? { status: 200, body: consent().answer } : refusal('invalid_grant');
  }

  function refresh(form: URLSearchParams): { status: number; body: object } {
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
    if (path === '/token') return token(form);
    if (path === '/revoke') {
      live.delete(form.get('access') ?? '');
      live.delete(form.get('refresh') ?? '');
      return { status: 200, body: {} };
    }
    const isKnown = (born.get(bearer) ?? 0) + state.replicaLag <= now();
    return live.has(bearer) && isKnown
      ? { status: 200, body: { id: 1, username: 'ada' } }
      : refusal('invalid_token', 401);
  }

  const state = {
    outage: undefined as Fault | undefined,
    faults: [] as Fault[],
    replicaLag: 0,
  };
  /** What the server does, unless the fault answers in its place. */
  async function act(request: IncomingMessage, fault: Fault, gone: AbortSignal) {
    const form = new URLSearchParams(await text(request));
    await fault.gate?.pass();
    if (fault.delay !== undefined) await sleep(fault.delay, gone);
    if (fault.reset === 'before') return undefined;
    const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const acted = fault.answer ?? answer(request.url ?? '', form, bearer);
    await fault.answerGate?.pass();
    if (fault.lag !== undefined) await sleep(fault.lag, gone);
    return fault.reset === 'after' ? undefined : { retryAfter: undefined, ...acted };
  }

  const service = await listen(
    createServer(async (request: IncomingMessage, response: ServerResponse) => {
      calls.push(request.url ?? '');
      const fault = state.faults.shift() ?? state.outage ?? {};
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      const acted = await act(request, fault, gone.signal);
      if (acted === undefined) return void request.socket.destroy();
      if (fault.gateway !== undefined) {
        response.writeHead(fault.gateway, { 'content-type': 'text/html' }).end('<h1>Gateway</h1>');
        return;
      }
      const { status, body, retryAfter } = acted;
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
    code() {
      const code = `code-${randomUUID()}`;
      codes.add(code);
      return code;
    },
    consent() {
      const { grant } = consent();
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
