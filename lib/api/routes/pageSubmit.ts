import { always, type RouteDescription, withBody } from '../description.ts';
import { pageSubmit as request } from '../requests/pageSubmit.ts';

export const pageSubmit: RouteDescription = {
  operationId: 'submitNewRepositoryPage',
  function: 'page',
  request,
  tag: 'page',
  summary: 'Send the form',
  description:
    'Creates the repository as `POST /repositories` does and leads on to its progress. A refusal shows the form again, with all that was entered.',
  body: { form: true, words: {} },
  cookie: 'session',
  pages: true,
  replies: {
    303: {
      description:
        "The operation was accepted (or was before), on to its progress; without a session, to the product's login.",
      headers: ['Location'],
    },
  },
  codes: [
    ...always,
    ...withBody,
    'InvalidInput',
    'Forbidden',
    'NotFound',
    'ReconnectRequired',
    'AlreadyExists',
    'Unsupported',
    'IdempotencyMismatch',
    'ProviderUnavailable',
  ],
};
