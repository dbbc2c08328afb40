import { called, type RouteDescription } from '../description.ts';
import { eraseSubject as request } from '../requests/eraseSubject.ts';
import { erasure } from '../schemas/erasure.ts';

export const eraseSubject: RouteDescription = {
  operationId: 'eraseSubject',
  function: 'eraseSubject',
  request,
  tag: 'connections',
  summary: 'Erase everything about one user',
  description:
    'Begins to erase connections, sessions and operations of this user, however many there are; tokens are revoked at their providers. Repositories stay. `Location` says how far it is. While it runs, asking again is the same erasure. What is begun for this user before it is `complete` is erased with the rest.',
  parameters: { subject: "The product's own id of its user, in visible ASCII characters." },
  replies: {
    202: {
      description: 'The erasure, which goes on by itself.',
      body: erasure,
      headers: ['Location', 'Retry-After'],
      examples: {
        begun: {
          status: 'running',
          startedAt: '2026-03-02T09:30:00.000Z',
          connections: { removed: 0, pending: 0 },
          records: { deleted: 0 },
        },
      },
    },
  },
  codes: [...called],
};
