import { always, type RouteDescription } from '../description.ts';
import { deleteConnectionByForm as request } from '../requests/deleteConnectionByForm.ts';

export const deleteConnectionByForm: RouteDescription = {
  operationId: 'submitDisconnect',
  function: 'deleteConnection',
  request,
  tag: 'page',
  summary: 'Disconnect, as a form of the page',
  description: 'What `DELETE /connections/{connectionId}` does, for browsers without a script.',
  cookie: 'session',
  pages: true,
  replies: {
    200: { description: 'The session has ended: a page leads on.', page: true },
    303: { description: 'Disconnected; back to the page.', headers: ['Location'] },
  },
  codes: [...always, 'NotFound', 'ProviderUnavailable'],
};
