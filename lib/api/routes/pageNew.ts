import * as z from 'zod/mini';
import { always, pageReplies, type RouteDescription } from '../description.ts';

export const pageNew: RouteDescription = {
  operationId: 'getNewRepositoryPage',
  function: 'page',
  request: {
    method: 'GET',
    path: '/new',
    // Read by lib/edge/pages.ts, which cuts what is too long: the person can still correct it.
    query: z.object({
      template: z.exactOptional(z.string()),
      name: z.exactOptional(z.string()),
      returnTo: z.exactOptional(z.string()),
      connection: z.exactOptional(z.string()),
      like: z.exactOptional(z.string()),
      setup: z.exactOptional(z.string()),
      operation: z.exactOptional(z.string()),
    }),
  },
  tag: 'page',
  summary: 'The form for a new repository, and its progress',
  parameters: {
    template:
      'Full name of the template repository, as `owner/name` or `provider:owner/name`, to fill the form in.',
    name: 'What to call the repository, to fill the form in.',
    returnTo:
      "Where the person goes from the result, with `operation` and `repository`; must be on the deployment's allow-list.",
    like: 'An earlier operation, to fill the form in with what it was asked.',
    setup: 'What came of installing an app: `installed` or `requested`.',
    connection: 'The connection to act through, to fill the form in.',
    operation: 'In place of the form, how this operation is coming along.',
  },
  cookie: 'session',
  pages: true,
  replies: pageReplies,
  codes: [...always, 'InvalidInput', 'NotFound', 'ProviderUnavailable'],
};
