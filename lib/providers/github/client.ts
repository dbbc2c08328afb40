import { Octokit } from '@octokit/core';
import * as z from 'zod/mini';
import { type ErrorDetails, ForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { limitWait, overLimit } from '../../http/limits.ts';
import type { ProviderContext } from '../provider.ts';

/** A refusal as GitHub sent it, for those who read more out of it than {@link failureOf}. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The message and all of the error list, in lower case. Never leaves this folder. */
  readonly text: string;
}

interface Call {
  /** Octokit's form: `GET /repos/{owner}/{repo}`; each placeholder is encoded by itself. */
  readonly route: string;
  readonly authorization: string;
  /** Fill the placeholders; the rest is the query of a GET and the JSON body of all others. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** What a refusal means to this call, where that is more than it says by itself. */
  readonly refine?: (refusal: Refusal) => ForgebridgeError | undefined;
}

interface Reply {
  readonly headers: Headers;
  readonly data: unknown;
}

/** Sends one request; a refusal is raised as one of our errors. */
export type GitHub = (call: Call) => Promise<Reply>;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * GitHub's REST API over @octokit/core; an Enterprise Server differs by its URL alone. Octokit's own
 * errors hold the request and are dropped: it may carry a token in its body.
 */
export function gitHub({ settings, fetch, now }: ProviderContext): GitHub {
  const octokit = new Octokit({
    baseUrl: settings.apiUrl,
    userAgent: 'forgebridge',
    log: silent,
    request: { fetch, log: silent },
  });
  return async ({ route, authorization, parameters = {}, signal, refine }) => {
    for (const [, name = ''] of route.matchAll(/\{(\w+)\}/g)) checkSegment(name, parameters[name]);
    try {
      const { headers, data } = await octokit.request(route, {
        ...parameters,
        headers: { authorization, 'x-github-api-version': '2022-11-28' },
        ...(signal === undefined ? {} : { request: { signal } }),
      });
      return { headers: asHeaders(headers), data };
    } catch (error) {
      if (error instanceof Error && error.cause instanceof ForgebridgeError) throw error.cause;
      const { status, headers, data } = parseBody(octokitError, error).response;
      const refusal = { status, headers: asHeaders(headers), text: textOf(data).toLowerCase() };
      throw refine?.(refusal) ?? failureOf(refusal, data, now());
    }
  };
}

/** Octokit encodes what fills a route; a URL resolves `.` and `..` all the same. */
function checkSegment(field: string, value: unknown): void {
  if (value !== '.' && value !== '..' && value !== '') return;
  throw new ForgebridgeError('InvalidInput', { fields: [{ field, problem: 'is not a name' }] });
}

/** `Authorization` of a user, an installation or the app itself. */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}

function asHeaders(headers: object): Headers {
  return new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

const octokitError = z.object({
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.unknown()),
    data: z.unknown(),
  }),
});
const errorBody = z.object({ message: z.string(), errors: z.optional(z.array(z.unknown())) });
const errorItem = z.object({ field: z.optional(z.string()), code: z.optional(z.string()) });

function textOf(data: unknown): string {
  const body = errorBody.safeParse(data);
  if (!body.success) return typeof data === 'string' ? data : '';
  return [body.data.message, ...(body.data.errors ?? []).map((item) => JSON.stringify(item))].join(
    '\n',
  );
}

/** What a refusal means wherever it comes. */
function failureOf(refusal: Refusal, data: unknown, now: number): ForgebridgeError {
  const { status, headers, text } = refusal;
  if (overLimit(status, headers) || (status === 403 && /secondary rate limit|abuse/.test(text))) {
    return new ForgebridgeError('RateLimited', { retryAfter: limitWait(headers, now) });
  }
  if (status >= 500) return new ForgebridgeError('ProviderUnavailable');
  switch (status) {
    case 401:
      return new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
    case 403:
      return forbidden(refusal);
    case 404:
    case 410:
    case 451:
      return lacksScope(headers) ? scopeMissing(headers) : new ForgebridgeError('NotFound');
    case 409:
      return new ForgebridgeError('ProviderUnavailable', {
        reason: text.includes('empty') ? 'repository_empty' : 'conflict',
      });
    case 422:
      return unprocessable(text, data);
    default:
      return new ForgebridgeError('ProviderProtocol', { reason: `status_${status}` });
  }
}

function forbidden({ headers, text }: Refusal): ForgebridgeError {
  if (text.includes('user-agent header')) {
    return new ForgebridgeError('Misconfigured', { reason: 'user_agent_missing' });
  }
  if (headers.has('x-github-sso')) {
    return new ForgebridgeError('Forbidden', {
      reason: 'sso_required',
      remedy: 'Authorize this application for the single sign-on of the organization.',
    });
  }
  if (lacksScope(headers)) return scopeMissing(headers);
  const byApp = text.includes('not accessible by integration');
  return new ForgebridgeError(
    'Forbidden',
    byApp ? { reason: 'not_accessible_by_integration' } : {},
  );
}

/**
 * Whether an OAuth app's token has none of the scopes that the call takes. GitHub tells both; tokens
 * of GitHub Apps have no scopes and no such headers.
 */
function lacksScope(headers: Headers): boolean {
  const granted = headers.get('x-oauth-scopes');
  const accepted = scopeList(headers.get('x-accepted-oauth-scopes'));
  return (
    granted !== null && accepted.length > 0 && !scopeList(granted).some((s) => accepted.includes(s))
  );
}

function scopeMissing(headers: Headers): ForgebridgeError {
  const accepted = scopeList(headers.get('x-accepted-oauth-scopes')).filter((s) =>
    /^[\w:]+$/.test(s),
  );
  return new ForgebridgeError('ScopeMissing', {
    reason: 'scope_missing',
    remedy: `Reconnect and grant one of these scopes: ${accepted.join(', ')}.`,
  });
}

/** The names in one of GitHub's scope headers. */
export function scopeList(header: string | null): string[] {
  return (header ?? '').split(/[ ,]+/).filter(Boolean);
}

function unprocessable(text: string, data: unknown): ForgebridgeError {
  if (text.includes('already exists')) {
    return new ForgebridgeError('AlreadyExists', { reason: 'name_taken' });
  }
  const body = errorBody.safeParse(data);
  const items = body.success ? (body.data.errors ?? []) : [];
  const fields = items.flatMap((item) => {
    const { data: named } = errorItem.safeParse(item);
    return named?.field === undefined
      ? []
      : [{ field: named.field, problem: named.code ?? 'refused by the provider' }];
  });
  const details: ErrorDetails = { reason: 'refused_by_provider' };
  return new ForgebridgeError('InvalidInput', fields.length > 0 ? { ...details, fields } : details);
}
