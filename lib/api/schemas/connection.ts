import * as z from 'zod/mini';
import { connectionId, providerId } from '../formats.ts';
import { named, openWord, pageOf, type Sent, says, time } from './words.ts';

const account = named(
  'Account',
  z.strictObject({
    id: says('Immutable id at the provider.', z.string()),
    login: says('Can change when the user renames the account.', z.string()),
    name: z.exactOptional(z.string()),
  }),
);

const generation = z.int().check(z.gte(1));

export const connection = named(
  'Connection',
  z.strictObject({
    id: says('Opaque; connecting the same account again gives the same id.', connectionId),
    provider: says('A configured provider, such as `gitlab-acme`.', providerId),
    account,
    status: openWord(
      ['active', 'reconnect_required', 'revoked'],
      '`reconnect_required`: only a new consent helps. `revoked`: disconnected, and listed only until its tokens are revoked at the provider.',
    ),
    reason: z.exactOptional(says('Why it is not active.', z.string())),
    scopes: z.exactOptional(
      says('As granted; missing when the provider does not say.', z.array(z.string())),
    ),
    generation: says('Of its tokens; 1 at first, one more with every replacement.', generation),
    connectedAt: time(),
    updatedAt: time(),
    expiresAt: z.exactOptional(
      says('End of the present access token; missing when it does not expire.', time()),
    ),
  }),
);
export type Connection = Sent<typeof connection>;

export const connectionPage = pageOf('ConnectionPage', connection);
export type ConnectionPage = Sent<typeof connectionPage>;

export const token = named(
  'Token',
  z.strictObject({
    accessToken: z.string(),
    expiresAt: z.exactOptional(says('Missing when it does not expire.', time())),
    generation: says(
      'To be sent as `rejectedGeneration` should the provider refuse it.',
      generation,
    ),
    scopes: z.exactOptional(z.array(z.string())),
    provider: providerId,
    account,
  }),
);
export type Token = Sent<typeof token>;
