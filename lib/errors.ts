/**
 * Every failure forgebridge reports, in one table.
 *
 * `status` is the HTTP status of the reply. `retryable` says whether trying the same thing later
 * can help: HTTP callers get `Retry-After`, the state machine lists exactly these codes in its
 * retriers. `message` is fixed text that tells its reader what to do next.
 */
export const errorTable = {
  InvalidInput: {
    status: 400,
    retryable: false,
    message: 'The request is not valid. Correct the named fields and send it again.',
  },
  StateMismatch: {
    status: 400,
    retryable: false,
    message: 'This link is not valid here, or no longer. Start again from the beginning.',
  },
  CallerUnauthenticated: {
    status: 401,
    retryable: false,
    message: 'The caller is not known. Send a valid API key, identity token or session.',
  },
  ConsentDenied: {
    status: 403,
    retryable: false,
    message: 'Access was not granted at the provider. Nothing was stored; connect again to retry.',
  },
  Forbidden: {
    status: 403,
    retryable: false,
    message: 'The caller or the connected account may not do this.',
  },
  ScopeMissing: {
    status: 403,
    retryable: false,
    message: 'The connection lacks a permission this needs. Reconnect and grant it.',
  },
  InstallationRequired: {
    status: 403,
    retryable: false,
    message: 'The app is not installed for this owner. Install it there, then try again.',
  },
  NotFound: {
    status: 404,
    retryable: false,
    message: 'There is nothing here for this caller.',
  },
  ReconnectRequired: {
    status: 409,
    retryable: false,
    message: 'The provider no longer accepts this connection. The user must connect again.',
  },
  AlreadyExists: {
    status: 409,
    retryable: false,
    message: 'A repository of this name exists already. Choose another name.',
  },
  Cancelled: {
    status: 409,
    retryable: false,
    message: 'This operation was cancelled. Start another one with a new Idempotency-Key.',
  },
  PayloadTooLarge: {
    status: 413,
    retryable: false,
    message: 'The request body is too large.',
  },
  UnsupportedMediaType: {
    status: 415,
    retryable: false,
    message: 'The body must be JSON. Send Content-Type: application/json.',
  },
  Unsupported: {
    status: 422,
    retryable: false,
    message: 'This provider cannot do this.',
  },
  IdempotencyMismatch: {
    status: 422,
    retryable: false,
    message: 'This Idempotency-Key was used with another request. Use a new key.',
  },
  RateLimited: {
    status: 429,
    retryable: true,
    message: 'Too many requests. Try again after the time given.',
  },
  Misconfigured: {
    status: 500,
    retryable: false,
    message: 'This deployment is not configured correctly. Its operator must mend it.',
  },
  InternalError: {
    status: 500,
    retryable: false,
    message: 'Something went wrong here. Report the requestId to the operator.',
  },
  ImportFailed: {
    status: 502,
    retryable: false,
    message: 'The provider could not fill the repository from the template.',
  },
  ProviderProtocol: {
    status: 502,
    retryable: false,
    message: 'The provider gave an answer that could not be understood.',
  },
  ProviderUnavailable: {
    status: 503,
    retryable: true,
    message: 'The provider cannot be reached now. Try again after the time given.',
  },
  RefreshInProgress: {
    status: 503,
    retryable: true,
    message: 'The token is being refreshed. Try again after the time given.',
  },
  ImportTimedOut: {
    status: 504,
    retryable: false,
    message: 'The repository was not ready before its deadline.',
  },
  ProviderTimeout: {
    status: 504,
    retryable: true,
    message: 'The provider did not answer in time. Try again after the time given.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof errorTable;

/** The code of that name, or undefined for a word that this version has none for. */
export function errorCode(word: string): ErrorCode | undefined {
  return Object.hasOwn(errorTable, word) ? (word as ErrorCode) : undefined; // found among its keys
}

/** One rejected part of the input: where (dotted path, or the name of a header) and why. */
export interface InvalidField {
  readonly field: string;
  readonly problem: string;
}

/** What may leave the deployment beside the code. Never put a token, a secret or a raw body here. */
export interface ErrorDetails {
  /** Machine-readable sub-reason in snake_case, or the provider's own published reason. */
  readonly reason?: string;
  /** What the reader can do now, in one sentence. */
  readonly remedy?: string;
  readonly fields?: readonly InvalidField[];
  readonly reconnectUrl?: string;
  readonly installUrl?: string;
  /** Other names that are free. */
  readonly suggestions?: readonly string[];
  /** Seconds until another try makes sense. */
  readonly retryAfter?: number;
}

/**
 * The one error class. Its `name` is its code: Lambda reports `errorType = error.name`, so that
 * `ErrorEquals` in the state machine matches it. `cause` is for logs and is never sent out.
 */
export class ForgebridgeError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(errorTable[code].message, cause === undefined ? undefined : { cause });
    this.name = code;
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** What a host answered, as cause of an error of ours. `sentence` holds nothing secret: it may be logged. */
export class HostSaid extends Error {
  readonly status: number;
  readonly sentence: string;

  constructor(status: number, sentence: string) {
    super(`${status} ${sentence}`);
    this.name = 'HostSaid';
    this.status = status;
    this.sentence = sentence;
  }
}

/** True for a {@link ForgebridgeError}, with one of `codes` when any are given. */
export function isForgebridgeError(
  error: unknown,
  ...codes: readonly ErrorCode[]
): error is ForgebridgeError {
  return error instanceof ForgebridgeError && (codes.length === 0 || codes.includes(error.code));
}
