import type * as z from 'zod/mini';
import type { Scope } from './scopes.ts';

/** What a function must know of its own route: who may call it, and what a request may hold. */
export interface RouteRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{name}` for each parameter. */
  readonly path: string;
  /** What the caller must be allowed to do; missing where there is no caller, or only a browser. */
  readonly scope?: Scope;
  /** Of the path: one that cannot be is not found. */
  readonly parameters?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  /** Headers besides those that say who calls. */
  readonly headers?: z.ZodMiniObject;
  readonly body?: z.ZodMiniObject;
}

/** The parts of a request, as far as the route has them, parsed. */
export type Inputs<Route extends RouteRequest> = {
  readonly [Part in Extract<keyof Route, 'parameters' | 'query' | 'headers' | 'body'>]: z.output<
    NonNullable<Route[Part]>
  >;
};
