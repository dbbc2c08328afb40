import { always, type RouteDescription } from '../description.ts';
import { closeSession as request } from '../requests/closeSession.ts';

export const closeSession: RouteDescription = {
  operationId: 'deleteSession',
  function: 'closeSession',
  request,
  tag: 'sessions',
  summary: 'Sign out',
  cookie: 'session or none',
  replies: {
    204: {
      description: 'The session has ended and its cookie is cleared.',
      headers: ['Set-Cookie'],
    },
  },
  codes: [...always, 'ProviderUnavailable'],
};
