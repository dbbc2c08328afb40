import { atProvider, called, type RouteDescription } from '../description.ts';
import { checkNameOfTemplate as request } from '../requests/checkNameOfTemplate.ts';
import { templateCheck } from '../schemas/repository.ts';

export const checkNameOfTemplate: RouteDescription = {
  operationId: 'checkTemplate',
  function: 'checkName',
  request,
  tag: 'connections',
  summary: 'Whether a template can be read',
  description:
    'By the connected account, now. Whether it can be generated from or forked, the creation tells.',
  parameters: { fullName: 'Of the template, such as `templates/starter`.' },
  replies: {
    200: {
      description: 'There and readable, or not.',
      body: templateCheck,
      examples: {
        readable: { readable: true, fullName: 'templates/starter', visibility: 'public' },
        hidden: { readable: false },
      },
    },
  },
  codes: [...called, ...atProvider],
};
