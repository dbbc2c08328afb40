import * as z from 'zod/mini';
import { ForgebridgeError, type InvalidField } from '../../errors.ts';
import type { Answer } from '../../http/answer.ts';
import { limitWait, overLimit } from '../../http/limits.ts';
import { type RestRequest, restClient } from '../../http/rest.ts';
import type { ProviderContext } from '../provider.ts';

/** A refusal as GitLab sent it, for those who read more out of it than {@link failureOf}. */
export interface Refusal {
  readonly status: number;
  /** All of the message, in lower case. Never leaves this folder. */
  readonly text: string;
}

interface Call extends RestRequest {
  /** What a refusal means to this call, where that is more than it says by itself. */
  readonly refine?: (refusal: Refusal) => ForgebridgeError | undefined;
}

/** Sends one request; a refusal is raised as one of our errors. */
export type GitLab = (call: Call) => Promise<Answer>;

/** GitLab's REST API (docs.gitlab.com/api/rest); a self-managed one differs by its URL alone. */
export function gitLab({ settings, fetch, now }: ProviderContext): GitLab {
  return ({ refine, ...request }) => {
    const send = restClient({
      apiUrl: settings.apiUrl,
      fetch,
      failure(answer) {
        const refusal = { status: answer.status, text: textOf(answer.body).toLowerCase() };
        return refine?.(refusal) ?? failureOf(refusal, answer, now());
      },
    });
    return send(request);
  };
}

const errorBody = z.object({
  /** A sentence, several, or what is wrong with each field: it differs by call and version. */
  message: z.optional(
    z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  ),
  error: z.optional(z.string()),
});

function textOf(body: unknown): string {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return typeof body === 'string' ? body : '';
  const { message = '', error = '' } = parsed.data;
  return `${error}\n${typeof message === 'string' ? message : JSON.stringify(message)}`;
}

/** What a refusal means wherever it comes. */
function failureOf(
  { status, text }: Refusal,
  { headers, body }: Answer,
  now: number,
): ForgebridgeError {
  if (overLimit(status, headers)) {
    return new ForgebridgeError('RateLimited', { retryAfter: limitWait(headers, now) });
  }
  if (status >= 500) return new ForgebridgeError('ProviderUnavailable');
  if (/already been taken|already exists|still being deleted/.test(text)) {
    return new ForgebridgeError('AlreadyExists', { reason: 'name_taken' });
  }
  switch (status) {
    case 401:
      return new ForgebridgeError('ReconnectRequired', { reason: 'access_token_rejected' });
    case 403:
      return text.includes('insufficient_scope')
        ? new ForgebridgeError('ScopeMissing', {
            reason: 'scope_missing',
            remedy: 'Reconnect and grant the scope api.',
          })
        : new ForgebridgeError('Forbidden');
    case 404:
      return new ForgebridgeError('NotFound');
    case 400:
    case 409:
    case 422:
      return refused(body);
    default:
      return new ForgebridgeError('ProviderProtocol', { reason: `status_${status}` });
  }
}

function refused(body: unknown): ForgebridgeError {
  const { data } = errorBody.safeParse(body);
  const message = data?.message;
  const byField = typeof message === 'object' && !Array.isArray(message) ? message : {};
  const fields: InvalidField[] = Object.keys(byField).map((field) => ({
    field,
    problem: 'refused by the provider',
  }));
  const reason = 'refused_by_provider';
  return new ForgebridgeError('InvalidInput', fields.length > 0 ? { reason, fields } : { reason });
}
