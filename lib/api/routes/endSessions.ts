import { called, type RouteDescription } from '../description.ts';
import { endSessions as request } from '../requests/endSessions.ts';

export const endSessions: RouteDescription = {
  operationId: 'deleteSessions',
  function: 'endSessions',
  request,
  tag: 'sessions',
  summary: 'Sign one user out everywhere',
  description:
    'Ends all sessions of this user, in whatever browser, and the links that were made and not opened yet. Connections stay. Once nobody is signed in, the same again changes nothing.',
  parameters: { subject: "The product's own id of its user, in visible ASCII characters." },
  replies: { 204: { description: 'None of the sessions is good any more.' } },
  codes: [...called],
};
