import {
  type ErrorCode,
  type ErrorDetails,
  ForgebridgeError,
  HostSaid,
  type InvalidField,
} from '../errors.ts';
import type { Answer } from '../http/answer.ts';
import { limitWait, overLimit } from '../http/limits.ts';
import { movedRemedy } from '../http/moved.ts';
import { retryAfter } from '../http/outbound.ts';
import { defined } from '../primitives/defined.ts';
import { sentenceOf, textsIn } from './sentence.ts';
import type { ProviderSettings } from './settings.ts';

/** A host's no, for those who read out of it what it means. */
export interface Refusal extends Answer {
  /** All that the body says, whatever its shape. Never leaves the client. */
  readonly said: string;
}

/**
 * One reason for a no: how it is known, what we call it, what helps. `{web}` in a remedy is the
 * host's web address, `{client}` the client id, `{said}` the host's own sentence; others are given by
 * who raises it.
 */
export interface Reason {
  readonly code: ErrorCode;
  /** Statuses it comes with. Without these and `says` and `when` it is raised by name alone. */
  readonly status?: readonly number[];
  readonly says?: RegExp;
  readonly when?: (refusal: Refusal) => boolean;
  /** What the reader can do. Missing: the code's own message says it all. */
  readonly remedy?: string;
  /** Part of the request that is to blame. */
  readonly field?: string;
  /** More words for the remedy, out of the refusal. */
  readonly words?: (refusal: Refusal) => Readonly<Record<string, string>>;
  /**
   * Any one of these scopes would do. Where the deployment asks for none of them, connecting again
   * changes nothing: then it is `scope_not_asked_for` instead.
   */
  readonly scopes?: (refusal: Refusal | undefined) => readonly string[];
}

/** A kind's reasons by name; the first that fits a refusal decides. */
export type Reasons = Readonly<Record<string, Reason>>;

/** Reasons that every host has. A kind's own come first. */
export const sharedReasons = {
  access_token_rejected: { code: 'ReconnectRequired', status: [401] },
  moved: {
    code: 'NotFound',
    remedy: movedRemedy,
  },
  setting_not_applied: {
    code: 'Unsupported',
    remedy: 'The provider took the settings and did not apply: {settings}. Leave them out.',
  },
  scope_not_asked_for: {
    code: 'ScopeMissing',
    remedy:
      'This deployment does not ask for a scope that this needs: {scopes}. Its operator can add it to the scopes of the provider; then reconnect.',
  },
  // The host is still at something before: it passes.
  busy: {
    code: 'ProviderUnavailable',
    status: [400, 403, 409, 422],
    says: /(operation|change|transfer|rename|import|fork|update|deletion)\b.{0,40}\b(still |already )?(in progress|being processed|under ?way)|(操作|任务|仓库).{0,12}(正在进行|处理中|进行中)/i,
  },
  too_large: {
    code: 'InvalidInput',
    status: [413],
    remedy: 'This is more than the provider takes at once. Send fewer files, or smaller ones.',
  },
  conflict: { code: 'ProviderUnavailable', status: [409] },
  refused_by_provider: {
    code: 'Forbidden',
    status: [403],
    remedy: 'The provider says: {said}',
  },
} as const satisfies Reasons;

/** Makes the errors of one host from its table of reasons. */
export interface RefusalReader<Name extends string> {
  /** The error of that name; `words` fill its remedy. */
  because(
    name: Name | keyof typeof sharedReasons,
    words?: Readonly<Record<string, string>>,
    more?: Partial<ErrorDetails>,
  ): ForgebridgeError;
  /**
   * What an answer outside 2xx means. `secrets` are kept out of what is told of it; `refine` reads
   * more out of it than it says by itself.
   */
  read(
    answer: Answer,
    request: {
      readonly secrets: readonly string[];
      readonly refine?: (refusal: Refusal) => ForgebridgeError | undefined;
    },
  ): ForgebridgeError;
}

export function refusalReader<Name extends string>(
  own: Readonly<Record<Name, Reason>>,
  options: {
    readonly settings: ProviderSettings;
    readonly now: () => number;
    /** Plain text that the host itself answers with; everything else that is no JSON is a proxy's. */
    readonly plain?: RegExp;
  },
): RefusalReader<Name> {
  const { settings } = options;
  // Own names come first, and win: an object keeps the order in which its members were given.
  const reasons: Reasons = { ...own, ...sharedReasons, ...own };

  function because(
    name: string,
    words: Readonly<Record<string, string>> = {},
    more: Partial<ErrorDetails> = {},
    answered: { readonly cause?: unknown; readonly refusal?: Refusal } = {},
  ): ForgebridgeError {
    const reason: Reason = reasons[name] ?? { code: 'ProviderProtocol' };
    const { cause, refusal } = answered;
    const scopes = reason.scopes?.(refusal) ?? [];
    // Who asks for no scopes at all is an app, and its permissions say what it may.
    const asks = settings.scopes.length > 0 && scopes.length > 0;
    if (asks && !settings.scopes.some((asked) => scopes.includes(asked))) {
      return because('scope_not_asked_for', { scopes: scopes.join(', ') }, more, { cause });
    }
    const { code, remedy, field } = reason;
    const all = { web: settings.webUrl, client: settings.clientId, ...words };
    const filled = remedy?.replace(/\{(\w+)\}/g, (_, word: string) => fill(all, word));
    const known = filled === undefined || /\{\w*\}/.test(filled) ? undefined : filled;
    const blamed =
      field === undefined ? undefined : [{ field, problem: words.said ?? 'is refused' }];
    const details = defined({ reason: name, remedy: known, fields: blamed });
    return new ForgebridgeError(code, { ...details, ...more }, cause);
  }

  return {
    because,
    read(answer, { secrets, refine }) {
      const said = textsIn(answer.body);
      const sentence = sentenceOf(said, secrets);
      const cause = new HostSaid(answer.status, sentence);
      // Whoever says so: it never reached the host.
      if (answer.status === 413 && Object(answer.body) !== answer.body) {
        return because('too_large', {}, {}, { cause });
      }
      const trouble = troubleOf(answer, said, cause, options);
      if (trouble !== undefined) return trouble;
      const refusal = { ...answer, said };
      const refined = refine?.(refusal);
      if (refined !== undefined) return withCause(refined, cause);
      const found = Object.entries(reasons).find(([, reason]) => fits(reason, refusal));
      if (found === undefined) return unexplained(refusal, sentence, cause);
      const [name, { words }] = found;
      const spoken = defined({ said: sentence || undefined });
      return because(name, { ...spoken, ...words?.(refusal) }, {}, { cause, refusal });
    },
  };
}

/** Over a limit, in trouble, or not the host's own answer: then it says nothing about what was asked. */
function troubleOf(
  { status, headers, body }: Answer,
  said: string,
  cause: HostSaid,
  { now, plain }: { readonly now: () => number; readonly plain?: RegExp },
): ForgebridgeError | undefined {
  if (overLimit(status, headers) || (status === 403 && /rate limit|abuse detection/i.test(said))) {
    return new ForgebridgeError('RateLimited', { retryAfter: limitWait(headers, now()) }, cause);
  }
  if (status >= 500) {
    const wait = retryAfter(headers, now());
    return new ForgebridgeError('ProviderUnavailable', defined({ retryAfter: wait }), cause);
  }
  // RFC 6750 section 3: a 401 that asks for a bearer token is the host's, with or without a body.
  const challenged = status === 401 && /^bearer/i.test(headers.get('www-authenticate') ?? '');
  const own =
    (typeof body === 'object' && body !== null) || challenged || plain?.test(said) === true;
  if (own) return undefined;
  return new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_body' }, cause);
}

function fill(words: Readonly<Record<string, string>>, word: string): string {
  return words[word] ?? `{${word}}`;
}

function fits({ status, says, when }: Reason, refusal: Refusal): boolean {
  if (status === undefined && says === undefined && when === undefined) return false;
  return (
    (status === undefined || status.includes(refusal.status)) &&
    (says === undefined || says.test(refusal.said)) &&
    (when === undefined || when(refusal))
  );
}

/** A no for which there is no reason of ours. */
function unexplained(refusal: Refusal, sentence: string, cause: HostSaid): ForgebridgeError {
  const { status, body } = refusal;
  if (status === 404) return new ForgebridgeError('NotFound', {}, cause);
  if (status === 400 || status === 422) {
    const fields = fieldsIn(body, sentence);
    const remedy = sentence === '' ? undefined : `The provider says: ${sentence}`;
    const details = defined({ fields: fields.length > 0 ? fields : undefined, remedy });
    return new ForgebridgeError(
      'InvalidInput',
      { reason: 'refused_by_provider', ...details },
      cause,
    );
  }
  return new ForgebridgeError('ProviderProtocol', { reason: `status_${status}` }, cause);
}

/** What a body blames: `{"message": {"path": […]}}` or `{"errors": [{"field", "code"}]}`. */
function fieldsIn(body: unknown, sentence: string): InvalidField[] {
  const { message, errors } = Object(body) as { message?: unknown; errors?: unknown }; // any shape
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) {
    return Object.keys(message)
      .slice(0, 10)
      .map((field) => ({ field, problem: sentence }));
  }
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, 10).flatMap((item: unknown) => {
    const { field, code } = Object(item) as { field?: unknown; code?: unknown }; // any shape
    if (typeof field !== 'string') return [];
    return [{ field, problem: typeof code === 'string' ? code : 'is refused' }];
  });
}

function withCause(error: ForgebridgeError, cause: HostSaid): ForgebridgeError {
  return error.cause === undefined ? new ForgebridgeError(error.code, error.details, cause) : error;
}
