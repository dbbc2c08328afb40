import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Inputs, RouteRequest } from '../api/route.ts';
import { audited, type BackendScope, type Scope, type SubjectScope } from '../api/scopes.ts';
import { audit } from '../aws/audit.ts';
import { config } from '../aws/configuration.ts';
import { type Invocation, invocationOf } from '../aws/invocation.ts';
import { beginLog, logAlso, logFailure, logInfo } from '../aws/log.ts';
import {
  authenticate,
  authenticateBackend,
  type Caller,
  type SubjectCaller,
} from '../callers/authenticate.ts';
import { limitedNames, requireAllowed } from '../callers/key-limits.ts';
import { ForgebridgeError } from '../errors.ts';
import { subjectDigest } from '../storage/keys.ts';
import { throughFront } from './front.ts';
import { problem, type Reply } from './reply.ts';
import { type HttpRequest, inputsOf, readRequest } from './request.ts';

/** One HTTP request as a function sees it. */
export interface Call {
  readonly request: HttpRequest;
  readonly invocation: Invocation;
  /** Epoch milliseconds when the request came. */
  readonly now: number;
}

export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Reply>;

/** How a failure is shown; `problem` unless the reader is a person. */
type ShowFailure = (error: unknown, call: Call) => Reply;

/** Milliseconds before the function's end at which it answers by itself. */
const lastMoment = 800;

/** Several routes of one function: each has a handler of its own. */
export function byRoute(
  handlers: readonly (readonly [Pick<RouteRequest, 'method' | 'path'>, Handler])[],
): Handler {
  const byKey = new Map(
    handlers.map(([{ method, path }, handler]) => [`${method} ${path}`, handler]),
  );
  const unknown = publicEndpoint(() => Promise.reject(new ForgebridgeError('NotFound')));
  return (event, context) => (byKey.get(event.routeKey) ?? unknown)(event, context);
}

/** A route that needs no caller. */
export function publicEndpoint(
  act: (call: Call) => Promise<Reply> | Reply,
  showFailure: ShowFailure = (error, call) => problem(error, call.invocation.requestId),
): Handler {
  return async (event, context) => {
    const invocation = invocationOf(context);
    const call = { request: readRequest(event), invocation, now: Date.now() };
    beginLog(invocation, { route: call.request.route, address: call.request.address });
    try {
      const request = throughFront(call.request, config().frontDigests);
      logAlso({ address: request.address });
      const reply = await beforeTheEnd(act({ ...call, request }), invocation);
      logInfo('answered', { status: reply.statusCode ?? 200, ms: Date.now() - call.now });
      return reply;
    } catch (error) {
      logFailure(error, { ms: Date.now() - call.now });
      return showFailure(error, call);
    }
  };
}

/** A route for callers that act for one subject. What it takes is looked at once the caller is known. */
export function endpoint<Route extends RouteRequest & { readonly scope: SubjectScope }>(
  route: Route,
  act: (call: Call & Inputs<Route> & { readonly caller: SubjectCaller }) => Promise<Reply>,
): Handler {
  return publicEndpoint((call) =>
    withAudit(route.scope, async () => {
      const caller = await authenticate(call.request, route.scope, call.now);
      logAlso({
        caller: caller.name,
        keyId: caller.keyId,
        subject: subjectDigest(caller.partition),
      });
      return act({ ...call, ...allowedInputs(route, call.request, caller), caller });
    }),
  );
}

/** A route for the product's backend alone. */
export function backendEndpoint<Route extends RouteRequest & { readonly scope: BackendScope }>(
  route: Route,
  act: (call: Call & Inputs<Route> & { readonly caller: Caller }) => Promise<Reply>,
): Handler {
  return publicEndpoint((call) =>
    withAudit(route.scope, async () => {
      const caller = await authenticateBackend(call.request, route.scope, call.now);
      logAlso({ caller: caller.name, keyId: caller.keyId });
      return act({ ...call, ...allowedInputs(route, call.request, caller), caller });
    }),
  );
}

/** What the route takes, once it is known that the caller's key reaches all that the path names. */
function allowedInputs<Route extends RouteRequest>(
  route: Route,
  request: HttpRequest,
  { limits }: Caller,
): Inputs<Route> {
  const inputs = inputsOf(route, request);
  const { provider, installationId, subject } = request.parameters;
  const named = { provider, installation: installationId, subject };
  for (const what of limitedNames) {
    const id = named[what];
    if (id !== undefined) requireAllowed(limits, what, id);
  }
  return inputs;
}

/** Leaves an audit line for what a privileged scope was used for, or tried to be. */
export async function withAudit(scope: Scope, act: () => Promise<Reply>): Promise<Reply> {
  const told = audited[scope];
  try {
    const reply = await act();
    if (told === 'always') audit('privileged call', { scope, outcome: 'done' });
    return reply;
  } catch (error) {
    const outcome = error instanceof ForgebridgeError ? error.code : 'InternalError';
    if (told !== undefined) audit('privileged call', { scope, outcome });
    throw error;
  }
}

/** The HTTP API gives up at 30 s with a reply of its own: ours comes before, and says what to do. */
async function beforeTheEnd(
  work: Promise<Reply> | Reply,
  { timeLeft }: Invocation,
): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ForgebridgeError('ProviderTimeout', { reason: 'out_of_time' })),
      Math.max(0, timeLeft() - lastMoment),
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
