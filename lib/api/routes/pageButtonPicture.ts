import * as z from 'zod/mini';
import { always, type RouteDescription } from '../description.ts';

export const pageButtonPicture: RouteDescription = {
  operationId: 'getButton',
  function: 'page',
  request: {
    method: 'GET',
    path: '/button.svg',
    query: z.object({
      template: z.exactOptional(z.string()),
      theme: z.exactOptional(z.string()),
      lang: z.exactOptional(z.string()),
    }),
  },
  tag: 'page',
  summary: 'The button, as a picture',
  parameters: {
    template: 'What the button creates from: `owner/name`, or `provider:owner/name`.',
    theme: '`light` or `dark`.',
    lang: '`en` or `zh`; missing means as the browser prefers.',
  },
  cookie: 'none',
  pages: true,
  replies: {
    200: { description: "SVG (`image/svg+xml`) with the product's name.", picture: true },
  },
  codes: [...always],
};
