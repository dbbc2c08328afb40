import * as z from 'zod/mini';
import type { ReplyDescription, RouteDescription } from '../../lib/api/description.ts';
import { headers as replyHeaders } from '../../lib/api/description.ts';
import { problem } from '../../lib/api/schemas/problem.ts';
import { routes } from '../../lib/api/table.ts';
import type { ErrorCode } from '../../lib/errors.ts';

const resultSchema = z.object({
  statusCode: z.number(),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z._default(z.string(), ''),
});

/**
 * How a function's answer differs from what lib/api says of its route: a status, header, member or code
 * that it does not name, or one that is missing. Undefined where nothing does.
 */
export function undescribed(method: string, path: string, result: unknown): string | undefined {
  const route = routes.find(({ request }) => request.method === method && request.path === path);
  if (route === undefined) return `${method} ${path} is not in the table of the API`;
  const { statusCode, headers, body } = resultSchema.parse(result);
  const type = headers['content-type'] ?? '';
  const wrong =
    statusCode >= 400
      ? undescribedFailure(route, statusCode, type, body)
      : undescribedSuccess(route.replies[statusCode], headers, body);
  return wrong === undefined ? undefined : `${method} ${path} ${statusCode}: ${wrong}`;
}

function undescribedFailure(
  { codes, pages }: RouteDescription,
  status: number,
  type: string,
  body: string,
): string | undefined {
  if ((pages ?? false) !== type.startsWith('text/html')) return `a failure as ${type}`;
  if (pages) {
    // A page names its code before the request's id.
    const code = /(\w+) ·/.exec(body)?.[1] ?? '';
    return named(codes, code);
  }
  const parsed = problem.safeParse(JSON.parse(body));
  if (!parsed.success) return issuesOf(parsed.error);
  if (parsed.data.status !== status) return `a problem of status ${parsed.data.status}`;
  return named(codes, parsed.data.code);
}

function named(codes: readonly ErrorCode[], code: string): string | undefined {
  return codes.some((each) => each === code) ? undefined : `the code ${code || '(none)'}`;
}

function undescribedSuccess(
  reply: ReplyDescription | undefined,
  headers: Readonly<Record<string, string>>,
  body: string,
): string | undefined {
  if (reply === undefined) return 'the status';
  const missing = reply.headers?.find((name) => {
    const header = replyHeaders[name];
    return 'required' in header && header.required && headers[name.toLowerCase()] === undefined;
  });
  if (missing !== undefined) return `no ${missing}`;
  if (reply.body === undefined) {
    const expected = reply.page === true || reply.picture === true || reply.script === true;
    return expected === (body !== '') ? undefined : 'a body';
  }
  const parsed = reply.body.safeParse(JSON.parse(body));
  return parsed.success ? undefined : issuesOf(parsed.error);
}

/** Where it differs and how; the values themselves can be secrets. */
function issuesOf({ issues }: z.core.$ZodError): string {
  return issues
    .map((issue) => {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
      return `${issue.code} ${[...issue.path, ...keys].join('.')}`;
    })
    .join(', ');
}
