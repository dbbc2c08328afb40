import { type ErrorCode, type ErrorDetails, ForgebridgeError } from '../../errors.ts';
import type { Answer } from '../../http/answer.ts';
import { limitWait, overLimit } from '../../http/limits.ts';
import { retryAfter } from '../../http/outbound.ts';
import type { RestRequest } from '../../http/rest.ts';

interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** Everything the body says, for patterns. */
  readonly said: string;
  /** The request was to make a repository. */
  readonly creating: boolean;
  readonly now: number;
}

interface Rule {
  readonly when: (refusal: Refusal) => boolean;
  readonly code: ErrorCode;
  readonly details: (refusal: Refusal) => ErrorDetails;
}

const creatingPath = /^\/(user|orgs\/[^/]+)\/repos$|\/forks$/;
const taken = /已经?存在|已被(占用|使用)|already (exists?|in use)|been taken/i;
const refused = () => ({ reason: 'refused_by_provider' });

/** The first rule that fits decides. */
const rules: readonly Rule[] = [
  {
    when: ({ status, headers, said }) =>
      overLimit(status, headers) || (status === 403 && /rate limit/i.test(said)),
    code: 'RateLimited',
    details: ({ headers, now }) => ({ retryAfter: limitWait(headers, now) }),
  },
  {
    when: ({ status }) => status >= 500,
    code: 'ProviderUnavailable',
    details: ({ headers, now }) => {
      const wait = retryAfter(headers, now);
      return wait === undefined ? {} : { retryAfter: wait };
    },
  },
  {
    when: ({ status }) => status === 401,
    code: 'ReconnectRequired',
    details: () => ({ reason: 'access_token_rejected' }),
  },
  {
    when: ({ said }) => /认证身份|身份认证|实名/.test(said),
    code: 'Forbidden',
    details: () => ({
      reason: 'identity_not_verified',
      remedy: 'Verify the identity of the account at the provider, then try again.',
    }),
  },
  // A proxy's page in place of the host's own answer says nothing about what exists.
  {
    when: ({ status, body }) => status === 404 && typeof body === 'string',
    code: 'ProviderProtocol',
    details: () => ({ reason: 'unexpected_body' }),
  },
  { when: ({ status }) => status === 404, code: 'NotFound', details: () => ({}) },
  {
    when: ({ creating, status, said }) => creating && (status === 409 || taken.test(said)),
    code: 'AlreadyExists',
    details: () => ({ reason: 'name_taken' }),
  },
  // The repository moved on between looking and writing: look again.
  {
    when: ({ status, said }) => status === 409 || taken.test(said),
    code: 'ProviderUnavailable',
    details: () => ({ reason: 'conflict' }),
  },
  {
    when: ({ status, said }) => status === 403 && /scope/i.test(said),
    code: 'ScopeMissing',
    details: () => ({}),
  },
  { when: ({ status }) => status === 403, code: 'Forbidden', details: refused },
  {
    when: ({ status }) => status === 400 || status === 422,
    code: 'InvalidInput',
    details: refused,
  },
];

/** What a refusal of a v5 call means; its text is kept for logs, without the token of the request. */
export function failure(answer: Answer, request: RestRequest, now: number): ForgebridgeError {
  const said = saidIn(answer.body);
  const refusal = {
    ...answer,
    said,
    creating: request.method === 'POST' && creatingPath.test(request.path),
    now,
  };
  const rule = rules.find(({ when }) => when(refusal));
  return new ForgebridgeError(
    rule?.code ?? 'ProviderProtocol',
    rule?.details(refusal) ?? { reason: `status_${answer.status}` },
    new Error(`${answer.status} ${said.replaceAll(request.token, '…').slice(0, 200)}`),
  );
}

const deepest = 4;
const longest = 2_000;

/**
 * All text of an error body, whatever its shape: `{"message"}`, `{"messages": []}`, `{"error": {}}`,
 * `{"error_message"}` or plain text.
 */
export function saidIn(body: unknown): string {
  return texts(body, 0).join('; ').slice(0, longest);
}

function texts(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value.slice(0, longest)];
  if (typeof value !== 'object' || value === null || depth === deepest) return [];
  return Object.values(value)
    .slice(0, 20)
    .flatMap((inner) => texts(inner, depth + 1));
}
