import { called, type RouteDescription, withBody } from '../description.ts';
import { refreshToken as request } from '../requests/refreshToken.ts';
import { token } from '../schemas/connection.ts';

export const refreshToken: RouteDescription = {
  operationId: 'createToken',
  function: 'refreshToken',
  request,
  tag: 'connections',
  summary: 'A valid access token',
  description:
    'Refreshed when needed, once however many ask. If the provider refused the token (401), send the `generation` it came with as `rejectedGeneration`: a new one is made only if that is still the current one. Sessions never read tokens; identity tokens do where the operator names a claim for it.',
  body: {
    words: {
      rejectedGeneration: 'The `generation` of a token that the provider refused.',
    },
    examples: {
      afterRefusal: {
        rejectedGeneration: 3,
      },
    },
  },
  replies: {
    200: {
      description: 'Valid for a while yet. Keep it in memory, never in a log.',
      body: token,
      examples: {
        token: {
          accessToken: 'EXAMPLE',
          expiresAt: '2026-03-02T17:30:00.000Z',
          generation: 4,
          scopes: ['repo', 'workflow'],
          provider: 'acme-git',
          account: {
            id: '1000001',
            login: 'example-user',
          },
        },
      },
    },
  },
  codes: [
    ...called,
    ...withBody,
    'NotFound',
    'ReconnectRequired',
    'ProviderProtocol',
    'RefreshInProgress',
  ],
};
