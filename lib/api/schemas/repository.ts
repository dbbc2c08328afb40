import * as z from 'zod/mini';
import { visibilities } from '../../providers/repository.ts';
import { named, openWord, pageOf, type Sent, says, time } from './words.ts';

const visibility = openWord(visibilities, 'Who can see it.');

export const cloneUrls = named(
  'CloneUrls',
  z.strictObject({ https: z.url(), ssh: z.exactOptional(z.string()) }),
);

const repository = named(
  'Repository',
  z.strictObject({
    id: z.string(),
    owner: says('Namespace path: all of `fullName` before the last slash.', z.string()),
    name: z.string(),
    fullName: says('Namespace path, slash, name - as in the URL.', z.string()),
    description: z.string(),
    visibility,
    webUrl: z.url(),
    cloneUrls,
    defaultBranch: z.exactOptional(
      says('Missing while it is empty, or when the provider does not say.', z.string()),
    ),
    parent: z.exactOptional(says('Full name of what it was made from.', z.string())),
    createdAt: z.exactOptional(time()),
  }),
);

export const repositoryPage = pageOf('RepositoryPage', repository);
export type RepositoryPage = Sent<typeof repositoryPage>;

const namespace = named(
  'Namespace',
  z.strictObject({
    id: z.string(),
    path: says('As in the URL; a nested group has slashes.', z.string()),
    name: z.string(),
    kind: openWord(['user', 'organization'], 'Whose it is.'),
  }),
);

export const namespacePage = pageOf('NamespacePage', namespace);
export type NamespacePage = Sent<typeof namespacePage>;

export const nameCheck = named(
  'NameCheck',
  z.strictObject({
    available: z.boolean(),
    suggestions: says('Free names close to it; empty when it is free itself.', z.array(z.string())),
    problem: z.exactOptional(says("Why it can be no repository's name here.", z.string())),
  }),
);
export type NameCheck = Sent<typeof nameCheck>;

export const templateCheck = named(
  'TemplateCheck',
  z.strictObject({
    readable: z.boolean(),
    fullName: z.exactOptional(says('As the provider spells it.', z.string())),
    visibility: z.exactOptional(visibility),
  }),
);
export type TemplateCheck = Sent<typeof templateCheck>;
