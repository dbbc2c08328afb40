import * as z from 'zod/mini';
import { named, type Sent, says, time } from './words.ts';

export const sessionLink = named(
  'SessionLink',
  z.strictObject({ url: says('Redirect the browser here.', z.url()), expiresAt: time() }),
);
export type SessionLink = Sent<typeof sessionLink>;
