import { always, type RouteDescription } from '../description.ts';
import { startConnect as request } from '../requests/startConnect.ts';

export const startConnect: RouteDescription = {
  operationId: 'startConnect',
  function: 'startConnect',
  request,
  tag: 'connect',
  summary: 'Connect an account',
  description:
    "Followed by the browser. When another site sent it here, and not the product's own sign-in, a page asks first.",
  parameters: {
    returnTo: "Where the browser goes afterwards; must be on the deployment's allow-list.",
    connection: 'The connection to renew; another account is then refused.',
  },
  cookie: 'session',
  pages: true,
  replies: {
    200: {
      description: 'Another site sent the browser here: a page asks the person first.',
      page: true,
    },
    303: {
      description:
        "To the provider's authorize page; without a session, to the product's login first.",
      headers: ['Location', 'Set-Cookie'],
    },
  },
  codes: [...always, 'InvalidInput', 'NotFound', 'ProviderUnavailable'],
};
