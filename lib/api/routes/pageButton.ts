import * as z from 'zod/mini';
import { always, pageReplies, type RouteDescription } from '../description.ts';

export const pageButton: RouteDescription = {
  operationId: 'getButtonPage',
  function: 'page',
  request: {
    method: 'GET',
    path: '/button',
    query: z.object({
      template: z.exactOptional(z.string()),
      theme: z.exactOptional(z.string()),
      lang: z.exactOptional(z.string()),
      host: z.exactOptional(z.string()),
    }),
  },
  tag: 'page',
  summary: 'Where a button for a README is made',
  parameters: {
    template: 'What the button creates from: `owner/name`, or `provider:owner/name`.',
    theme: '`light` or `dark`.',
    lang: '`en` or `zh`; missing means as the browser prefers.',
    host: 'The provider, where `template` does not name it.',
  },
  cookie: 'session',
  pages: true,
  replies: pageReplies,
  codes: [...always, 'NotFound', 'ProviderUnavailable'],
};
