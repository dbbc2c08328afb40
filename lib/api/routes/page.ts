import { always, pageReplies, type RouteDescription } from '../description.ts';

export const page: RouteDescription = {
  operationId: 'getHomePage',
  function: 'page',
  request: { method: 'GET', path: '/' },
  tag: 'page',
  summary: 'The hosted page',
  description: "Lists the user's connections and what can be connected.",
  cookie: 'session',
  pages: true,
  replies: pageReplies,
  codes: [...always, 'NotFound', 'ProviderUnavailable'],
};
