import * as z from 'zod/mini';
import { always, type RouteDescription } from '../description.ts';

export const openSession: RouteDescription = {
  operationId: 'openSession',
  function: 'openSession',
  request: {
    method: 'GET',
    path: '/sessions/{code}',
    parameters: z.object({ code: z.string() }),
  },
  tag: 'sessions',
  summary: 'Start the session',
  description: 'Followed by the browser. Link and the cookie set at the beginning must match.',
  parameters: { code: 'Of the link that `POST /sessions` answered.' },
  cookie: 'pre-session',
  pages: true,
  replies: {
    303: {
      description: 'The session cookie is set; on to `returnTo`.',
      headers: ['Location', 'Set-Cookie'],
    },
  },
  codes: [...always, 'StateMismatch', 'ProviderUnavailable'],
};
