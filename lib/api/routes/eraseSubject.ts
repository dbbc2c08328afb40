import { called, type RouteDescription } from '../description.ts';
import { eraseSubject as request } from '../requests/eraseSubject.ts';
import { erasure } from '../schemas/deployment.ts';

export const eraseSubject: RouteDescription = {
  operationId: 'eraseSubject',
  function: 'eraseSubject',
  request,
  tag: 'connections',
  summary: 'Erase everything about one user',
  description:
    'Connections, sessions and operations of this user; tokens are revoked at their providers. Repositories stay. Erasing twice is the same as once.',
  parameters: { subject: "The product's own id of its user, in visible ASCII characters." },
  replies: {
    202: {
      description:
        'Nothing more can be had here; what the provider did not answer to is revoked there as soon as it does.',
      body: erasure,
      examples: {
        erased: {
          connections: {
            removed: 1,
            pending: 1,
          },
          records: {
            deleted: 9,
            complete: true,
          },
        },
      },
    },
  },
  codes: [...called],
};
