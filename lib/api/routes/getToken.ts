import * as z from 'zod/mini';
import { always, type RouteDescription } from '../description.ts';
import { providerId } from '../formats.ts';

export const getToken: RouteDescription = {
  operationId: 'completeConnect',
  function: 'getToken',
  request: {
    method: 'GET',
    path: '/callback/{provider}',
    parameters: z.object({ provider: providerId }),
    // Read by lib/oauth/callback.ts, where the protocol is.
    query: z.object({
      state: z.exactOptional(z.string()),
      code: z.exactOptional(z.string()),
      error: z.exactOptional(z.string()),
      iss: z.exactOptional(z.string()),
      setup_action: z.exactOptional(z.string()),
    }),
  },
  tag: 'connect',
  summary: 'Where the provider sends the browser back to',
  description:
    'Redeems the code and keeps the tokens. `state` must be the one made for this browser and this provider, and is spent by the first use, denials included.',
  parameters: {
    state: 'As it was sent to the provider. Missing only on the way back from installing an app.',
    code: 'Authorization code (RFC 6749 section 4.1.2).',
    error: 'Set in place of `code` when access was not granted.',
    iss: 'Issuer (RFC 9207); compared exactly when present.',
    setup_action:
      'Without `state`: the browser comes back from installing the app (`install`, `update`) or from asking for it (`request`). Nothing is redeemed; the page says what happened.',
  },
  cookie: 'session',
  pages: true,
  replies: {
    303: {
      description:
        "Connected; on to `returnTo`, with the connection's id as `connection`. Back from installing an app: on to the page.",
      headers: ['Location'],
    },
  },
  codes: [
    ...always,
    'InvalidInput',
    'StateMismatch',
    'ScopeMissing',
    'ReconnectRequired',
    'ConsentDenied',
    'NotFound',
    'ProviderProtocol',
    'ProviderUnavailable',
  ],
};
