import * as z from 'zod/mini';
import { providerId } from '../formats.ts';
import { named, type Sent, says } from './words.ts';

const words = () => z.array(z.string());

const abilities = named(
  'Abilities',
  z.strictObject({
    strategies: says(
      'How repositories can be made: `generate`, `fork`, `create`. Empty where none can.',
      words(),
    ),
    visibilities: says('That a new repository can have.', words()),
    settings: says('That a new repository can be given.', words()),
    includeAllBranches: says('Whether all branches of a template can be taken.', z.boolean()),
    forksKeepVisibility: says('Whether a fork is as visible as its source.', z.boolean()),
    deleteOnFailure: says('Whether `onFailure` can be `delete`.', z.boolean()),
    installations: says('Whether an app can be installed in an organisation.', z.boolean()),
    narrowing: says('Whether the token of an installation can be narrowed.', z.boolean()),
  }),
  'What the provider can do. Asking for anything else is `Unsupported`.',
);

const provider = named(
  'Provider',
  z.strictObject({
    id: says('As in every address that names it.', providerId),
    kind: says('What kind of host it is.', z.string()),
    name: says('To be shown to people.', z.string()),
    webUrl: says('Where people see their repositories.', z.url()),
    connectUrl: says('Send the browser here to connect an account.', z.url()),
    installUrl: z.exactOptional(
      says('Send the browser here to install the app; missing where there is none.', z.url()),
    ),
    abilities,
  }),
);

export const providerList = named('ProviderList', z.strictObject({ items: z.array(provider) }));
export type ProviderList = Sent<typeof providerList>;
