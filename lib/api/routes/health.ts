import { called, type RouteDescription } from '../description.ts';
import { health as body } from '../schemas/deployment.ts';

export const health: RouteDescription = {
  operationId: 'getHealth',
  function: 'health',
  request: { method: 'GET', path: '/health' },
  tag: 'deployment',
  summary: "What this deployment's operator still has to do",
  description:
    'A deployment in which something is missing serves what it can, and says the rest here. The parts are shown to callers with an API key, whatever its scopes; others are told `status` alone.',
  replies: {
    200: {
      description: 'How each part stands.',
      body,
      examples: {
        stranger: { status: 'ok' },
        complete: {
          status: 'ok',
          settings: 'ready',
          sealing: 'ready',
          login: 'ready',
          providers: [
            {
              id: 'acme-git',
              state: 'ready',
            },
            {
              id: 'other-git',
              state: 'disabled',
            },
          ],
        },
        incomplete: {
          status: 'incomplete',
          settings: 'ready',
          sealing: 'ready',
          login: 'login_url_missing',
          providers: [
            {
              id: 'acme-git',
              state: 'secret_missing',
            },
          ],
        },
      },
    },
  },
  codes: [...called],
};
