import { atProvider, called, type RouteDescription } from '../description.ts';
import { checkName as request } from '../requests/checkName.ts';
import { nameCheck } from '../schemas/repository.ts';

export const checkName: RouteDescription = {
  operationId: 'checkName',
  function: 'checkName',
  request,
  tag: 'connections',
  summary: 'Whether a repository name is free',
  parameters: {
    name: "Each provider has its own limits; those of the connection's provider apply.",
    namespace: "Where to look; missing means the account's own namespace.",
  },
  replies: {
    200: {
      description: 'Free or not, and free names close to it.',
      body: nameCheck,
      examples: {
        free: {
          available: true,
          suggestions: [],
        },
        taken: {
          available: false,
          suggestions: ['my-service-1', 'my-service-2'],
        },
      },
    },
  },
  codes: [...called, ...atProvider],
};
