import type * as z from 'zod/mini';
import type { ErrorCode } from '../errors.ts';
import type { grants } from './grants.ts';
import type { RouteRequest } from './route.ts';

/** What the description groups its operations by. */
export const tags = {
  sessions: "How a browser proves which of the product's users it belongs to.",
  connect: 'What the browser does to connect an account.',
  connections: 'Connected accounts, their tokens and what they reach.',
  operations: 'Repositories being created.',
  installations: 'Acting as an app that is installed in an organisation. API keys only.',
  page: 'The hosted page.',
  deployment: 'About this deployment.',
} as const;

type Examples = Readonly<Record<string, unknown>>;
type HeaderName = keyof typeof headers;

/** A reply that is no failure. */
export interface ReplyDescription {
  readonly description: string;
  readonly headers?: readonly HeaderName[];
  /** Strict: a member that it does not name is not sent. */
  readonly body?: z.ZodMiniType;
  /** An HTML page in place of a body. */
  readonly page?: true;
  /** An SVG picture in place of a body; in words alone, for generators of clients know no type for it. */
  readonly picture?: true;
  /** A script in place of a body. */
  readonly script?: true;
  readonly examples?: Examples;
}

/** One route of the HTTP API, whole: what its function knows of it, and what its callers are told. */
export interface RouteDescription {
  /** What a client's method is called. */
  readonly operationId: string;
  /** Key of the function in serverless.yml. */
  readonly function: keyof typeof grants;
  readonly request: RouteRequest;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string;
  /** Which cookie a browser brings, where no scope is asked for. */
  readonly cookie?: 'session' | 'session or none' | 'pre-session' | 'none';
  /** Opened by people: failures are pages, too. */
  readonly pages?: true;
  /** What each parameter means, beside {@link parameterWords}: of the path, the query, the headers. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: {
    readonly form?: true;
    /** What members mean, by their path: `settings.homepage`, `files[].path`. */
    readonly words: Readonly<Record<string, string>>;
    /** Names of schemas inside, by their path. */
    readonly names?: Readonly<Record<string, string>>;
    readonly examples?: Examples;
  };
  readonly replies: Readonly<Record<number, ReplyDescription>>;
  /** Every code that a failure of this route can have. */
  readonly codes: readonly ErrorCode[];
}

/** What a page of ours is answered with, to somebody with a session and to somebody without. */
export const pageReplies = {
  200: { description: 'A page without third-party resources.', page: true },
  303: {
    description: "The browser has no session; to the product's login.",
    headers: ['Location', 'Set-Cookie'],
  },
} as const satisfies RouteDescription['replies'];

/**
 * Codes of every function: strangers are refused where only the front may ask, and where they have tried
 * too often.
 */
export const always = [
  'Forbidden',
  'RateLimited',
  'Misconfigured',
  'InternalError',
  'ProviderTimeout',
] as const satisfies readonly ErrorCode[];
/** Codes of routes that ask who calls: keys and sessions stand in the table. */
export const called = [
  'InvalidInput',
  'CallerUnauthenticated',
  'ProviderUnavailable',
  ...always,
] as const satisfies readonly ErrorCode[];
/** Codes of routes with a body. */
export const withBody = [
  'PayloadTooLarge',
  'UnsupportedMediaType',
] as const satisfies readonly ErrorCode[];
/** Codes of routes that act at the provider with a connection's token. */
export const atProvider = [
  'ScopeMissing',
  'InstallationRequired',
  'NotFound',
  'ReconnectRequired',
  'Unsupported',
  'ProviderProtocol',
  'RefreshInProgress',
] as const satisfies readonly ErrorCode[];

/** What parameters mean that several routes have. */
export const parameterWords: Readonly<Record<string, string>> = {
  provider: 'A configured provider, such as `gitlab-acme`.',
  connectionId: 'Opaque; connecting the same account again gives the same id.',
  operationId: 'Opaque.',
  installationId: 'As in the list of installations.',
  cursor: 'The `next` of the page before; missing means the first page.',
};

/** Headers of replies. */
export const headers = {
  Location: {
    description: 'Where to go next.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  'Retry-After': {
    description: 'Seconds to wait before the next try.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Retry-After while under way': {
    description: 'Seconds to wait before looking again; missing once the operation has ended.',
    schema: { type: 'integer', minimum: 0 },
  },
  ETag: {
    description: 'Changes whenever the operation does.',
    required: true,
    schema: { type: 'string' },
  },
  'Set-Cookie': {
    description: 'A `__Host-` cookie (Secure, HttpOnly, SameSite=Lax).',
    schema: { type: 'string' },
  },
  'WWW-Authenticate': {
    description: 'Always `Bearer`.',
    required: true,
    schema: { type: 'string' },
  },
} as const;
