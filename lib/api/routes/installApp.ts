import * as z from 'zod/mini';
import { always, type RouteDescription } from '../description.ts';
import { providerId } from '../formats.ts';

export const installApp: RouteDescription = {
  operationId: 'startInstall',
  function: 'installApp',
  request: {
    method: 'GET',
    path: '/install/{provider}',
    parameters: z.object({ provider: providerId }),
  },
  tag: 'connect',
  summary: 'Install the app in an organisation',
  description: 'Followed by the browser.',
  pages: true,
  replies: {
    303: { description: 'To the installation page of the configured app.', headers: ['Location'] },
  },
  codes: [...always, 'NotFound', 'Unsupported'],
};
