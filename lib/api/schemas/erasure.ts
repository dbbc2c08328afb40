import * as z from 'zod/mini';
import { named, openWord, type Sent, says, time } from './words.ts';

const count = () => z.int().check(z.gte(0));

export const erasure = named(
  'Erasure',
  z.strictObject({
    status: openWord(['running', 'complete'], '`complete` once nothing of the user is left.'),
    startedAt: time(),
    completedAt: z.exactOptional(time()),
    connections: named(
      'ErasedConnections',
      z.strictObject({
        removed: says('Connections whose tokens are revoked.', count()),
        pending: says(
          'Connections that are ended here and still to be revoked at the provider.',
          count(),
        ),
      }),
    ),
    records: named(
      'ErasedRecords',
      z.strictObject({ deleted: count() }),
      'Sessions, connects under way and operations.',
    ),
  }),
);
export type Erasure = Sent<typeof erasure>;
