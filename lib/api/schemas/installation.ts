import * as z from 'zod/mini';
import { named, openWord, pageOf, type Sent, says, time } from './words.ts';

const permissions = says(
  "Permission to level, in the provider's words.",
  z.record(z.string(), z.string()),
);
const repositorySelection = openWord(['all', 'selected'], 'Of the account, those it may see.');

const installation = named(
  'Installation',
  z.strictObject({
    id: z.string(),
    account: named(
      'InstallationAccount',
      z.strictObject({
        id: z.string(),
        path: says('A user or organisation, as in the URL.', z.string()),
      }),
    ),
    repositorySelection,
    permissions,
    events: z.array(z.string()),
    createdAt: z.exactOptional(time()),
    suspended: z.boolean(),
  }),
);

export const installationPage = pageOf('InstallationPage', installation);
export type InstallationPage = Sent<typeof installationPage>;

export const installationToken = named(
  'InstallationToken',
  z.strictObject({ token: z.string(), expiresAt: time(), permissions, repositorySelection }),
);
export type InstallationToken = Sent<typeof installationToken>;
