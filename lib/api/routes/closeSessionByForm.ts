import { always, type RouteDescription } from '../description.ts';
import { closeSessionByForm as request } from '../requests/closeSessionByForm.ts';

export const closeSessionByForm: RouteDescription = {
  operationId: 'submitSignOut',
  function: 'closeSession',
  request,
  tag: 'page',
  summary: 'Sign out, as a form of the page',
  description: 'What `DELETE /sessions/current` does, for browsers without a script.',
  cookie: 'session or none',
  pages: true,
  replies: {
    200: { description: 'Signed out; a page says so.', page: true, headers: ['Set-Cookie'] },
  },
  codes: [...always, 'ProviderUnavailable'],
};
