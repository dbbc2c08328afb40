import { always, type RouteDescription, withBody } from '../description.ts';
import { pageSubmit as request } from '../requests/pageSubmit.ts';

export const pageSubmit: RouteDescription = {
  operationId: 'submitNewRepositoryPage',
  function: 'page',
  request,
  tag: 'page',
  summary: 'Send the form',
  description:
    'Creates the repository as `POST /repositories` does and leads on to its progress. A refusal shows the form again, with all that was entered; without a session it is kept for an hour.',
  body: {
    form: true,
    words: {
      go: 'Where to go instead of creating: `connect/{provider}`, `install/{provider}`, `sign-in`; `cancel` ends the `operation`.',
      given: 'The template came with the address.',
    },
  },
  cookie: 'session',
  pages: true,
  replies: {
    200: {
      description:
        'A page that leads on: to sign in again, or to where `go` names. What was entered is kept.',
      page: true,
      headers: ['Set-Cookie'],
    },
    303: {
      description: 'The operation was accepted (or was before), on to its progress.',
      headers: ['Location'],
    },
  },
  codes: [
    ...always,
    ...withBody,
    'InvalidInput',
    'NotFound',
    'ReconnectRequired',
    'AlreadyExists',
    'Unsupported',
    'IdempotencyMismatch',
    'ProviderUnavailable',
  ],
};
