import * as z from 'zod/mini';
import { named, openWord, type Sent, says } from './words.ts';

const partState = says(
  '`ready`, `disabled`, or the reason why it cannot be used: `client_id_missing`, `secret_missing`, `login_url_missing` and so on.',
  z.string(),
);

export const health = named(
  'Health',
  z.strictObject({
    status: openWord(['ok', 'incomplete'], 'Whether every part is ready.'),
    settings: z.exactOptional(
      says(
        '`ready`, or `providers_file`: the file of the providers that was deployed has a mistake, and none of them can be used.',
        z.string(),
      ),
    ),
    sealing: z.exactOptional(partState),
    login: z.exactOptional(partState),
    providers: z.exactOptional(
      z.array(named('ProviderHealth', z.strictObject({ id: z.string(), state: partState }))),
    ),
  }),
);
export type Health = Sent<typeof health>;
