import { Octokit } from '@octokit/core';
import * as z from 'zod/mini';
import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody, refuseText } from '../../http/answer.ts';
import { followingMoves } from '../../http/moved.ts';
import { defined } from '../../primitives/defined.ts';
import type { ProviderContext } from '../provider.ts';
import { type Refusal, type RefusalReader, refusalReader } from '../refusal.ts';
import { type GitHubReason, gitHubReasons } from './reasons.ts';

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
export interface GitHub {
  (call: Call): Promise<Reply>;
  readonly because: RefusalReader<GitHubReason>['because'];
  /** Told of rows that could not be read. */
  readonly leftOut: (rows: number) => void;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * GitHub's REST API over @octokit/core; an Enterprise Server differs by its URL alone. Octokit's own
 * errors hold the request and are dropped: it may carry a token in its body.
 */
export function gitHub({ settings, fetch, now, leftOut = () => {} }: ProviderContext): GitHub {
  const octokit = new Octokit({
    baseUrl: settings.apiUrl,
    userAgent: 'forgebridge',
    log: silent,
    request: { fetch: followingMoves(fetch, settings.apiUrl), log: silent },
  });
  // Without a User-Agent GitHub answers in plain text; nothing else of its own is no JSON.
  const plain = /user-agent header/i;
  const { because, read } = refusalReader(gitHubReasons, { settings, now, plain });

  async function send({ route, authorization, parameters = {}, signal, refine }: Call) {
    for (const [, name = ''] of route.matchAll(/\{(\w+)\}/g)) checkSegment(name, parameters[name]);
    try {
      const { headers, data } = await octokit.request(route, {
        ...parameters,
        headers: { authorization, 'x-github-api-version': '2022-11-28' },
        ...defined({ request: signal && { signal } }),
      });
      refuseText(textOrJson(data));
      return { headers: asHeaders(headers), data };
    } catch (error) {
      if (isForgebridgeError(error)) throw error;
      if (error instanceof Error && error.cause instanceof ForgebridgeError) throw error.cause;
      const { status, headers, data } = parseBody(octokitError, error).response;
      throw read(
        { status, headers: asHeaders(headers), body: textOrJson(data) },
        { secrets: secretsOf(authorization, parameters), ...defined({ refine }) },
      );
    }
  }
  return Object.assign(send, { because, leftOut });
}

/** What of a request must not come back in the words of its answer. */
function secretsOf(authorization: string, parameters: Readonly<Record<string, unknown>>): string[] {
  const { access_token: token } = parameters;
  return [authorization.split(' ')[1] ?? '', typeof token === 'string' ? token : ''];
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

/** Octokit leaves what has no content type as bytes. */
function textOrJson(data: unknown): unknown {
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data;
}

const octokitError = z.object({
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.unknown()),
    data: z.unknown(),
  }),
});
