import * as z from 'zod/mini';
import { always, pageReplies, type RouteDescription } from '../description.ts';

export const page: RouteDescription = {
  operationId: 'getHomePage',
  function: 'page',
  request: {
    method: 'GET',
    path: '/',
    // Read by lib/edge/pages.ts, which passes over what it does not know.
    query: z.object({ setup: z.exactOptional(z.string()) }),
  },
  tag: 'page',
  summary: 'The hosted page',
  description: "Lists the user's connections and what can be connected.",
  parameters: {
    setup: 'What came of installing an app: `installed` or `requested`.',
  },
  cookie: 'session',
  pages: true,
  replies: pageReplies,
  codes: [...always, 'NotFound', 'ProviderUnavailable'],
};
