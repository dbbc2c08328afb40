import { called, type RouteDescription, withBody } from '../description.ts';
import { createSession as request } from '../requests/createSession.ts';
import { sessionLink } from '../schemas/session.ts';

export const createSession: RouteDescription = {
  operationId: 'createSession',
  function: 'createSession',
  request,
  tag: 'sessions',
  summary: 'Say who a browser belongs to',
  description:
    "A browser without a session is sent to the product's login address with `request=…`. The product's backend, which knows its own user, posts that value here and redirects the browser to the `url` of the reply. The link works once, and only in the browser that began.",
  body: {
    words: {
      request:
        "As it came to the product's login address. It is a secret, and can be answered once.",
      subject: "The product's own id of its user, in visible ASCII characters.",
      label:
        'What the person is called, such as a name or a mail address. The pages show it, so that people see as whom they act.',
      returnTo: 'A path of this deployment, or an address on its allow-list.',
    },
    examples: {
      signIn: {
        request: '8nKQmJ0yqLz3pTtVhX5dRwc2Yb7sEaFgUi4oZx1vN6k',
        subject: 'user-4711',
        returnTo: '/new?template=example-org/starter',
      },
    },
  },
  replies: {
    201: {
      description: 'The link that starts the session.',
      body: sessionLink,
      examples: {
        link: {
          url: 'https://connect.example.com/sessions/8nKQmJ0yqLz3pTtVhX5dRwc2Yb7sEaFgUi4oZx1vN6k.jB7cWq2nYxkT0vLr9sEaFgUi4oZx1vN6kPm3hD5wRtQ',
          expiresAt: '2026-03-02T09:32:00.000Z',
        },
      },
    },
  },
  codes: [...called, ...withBody, 'StateMismatch'],
};
