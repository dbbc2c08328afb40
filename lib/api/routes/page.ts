import { always, type RouteDescription } from '../description.ts';

export const page: RouteDescription = {
  operationId: 'getHomePage',
  function: 'page',
  request: { method: 'GET', path: '/' },
  tag: 'page',
  summary: 'The hosted page',
  description: "Lists the user's connections and what can be connected.",
  cookie: 'session',
  pages: true,
  replies: {
    200: { description: 'A page without third-party resources.', page: true },
    303: {
      description: "The browser has no session; to the product's login.",
      headers: ['Location', 'Set-Cookie'],
    },
  },
  codes: [...always, 'NotFound', 'ProviderUnavailable'],
};
