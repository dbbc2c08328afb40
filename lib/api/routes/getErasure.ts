import { called, type RouteDescription } from '../description.ts';
import { getErasure as request } from '../requests/getErasure.ts';
import { erasure } from '../schemas/erasure.ts';

export const getErasure: RouteDescription = {
  operationId: 'getErasure',
  function: 'getErasure',
  request,
  tag: 'connections',
  summary: 'How far an erasure is',
  description:
    'The last erasure of this user. `complete`: nothing of the user is left, and every token is revoked at its provider, or was given up after a week of tries. The answer is kept for 90 days.',
  parameters: { subject: "The product's own id of its user, in visible ASCII characters." },
  replies: {
    200: {
      description: 'The erasure.',
      body: erasure,
      headers: ['Retry-After while under way'],
      examples: {
        complete: {
          status: 'complete',
          startedAt: '2026-03-02T09:30:00.000Z',
          completedAt: '2026-03-02T09:30:41.000Z',
          connections: { removed: 2, pending: 0 },
          records: { deleted: 14 },
        },
      },
    },
  },
  codes: [...called, 'NotFound'],
};
