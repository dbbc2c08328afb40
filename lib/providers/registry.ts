import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { icon as atomgit } from './atomgit/icon.ts';
import { icon as gitea } from './gitea/icon.ts';
import { icon as gitee } from './gitee/icon.ts';
import { icon as github } from './github/icon.ts';
import { icon as gitlab } from './gitlab/icon.ts';
import {
  type Kind,
  kinds,
  type Provider,
  type ProviderContext,
  type ProviderSettings,
} from './provider.ts';
import type { Reasons } from './refusal.ts';

interface Client {
  create(context: ProviderContext): Provider;
  /** Why it may refuse, and what helps. */
  readonly reasons: Reasons;
}

/** The client of each kind, loaded only when one of its providers is used. */
const clients: Record<Kind, () => Promise<Client>> = {
  github: () => import('./github/index.ts'),
  gitlab: () => import('./gitlab/index.ts'),
  gitee: () => import('./gitee/index.ts'),
  atomgit: () => import('./atomgit/index.ts'),
  gitea: () => import('./gitea/index.ts'),
};

const icons: Record<Kind, string> = { github, gitlab, gitee, atomgit, gitea };

/** The mark of that kind of host: one SVG path in a square of 24. */
export function iconOf(kind: Kind): string {
  return icons[kind];
}

const url = z.string().check(z.regex(/^https?:\/\/[^?#@\s]*[^/?#@\s]$/));

/** A providers file, entry by entry. */
export const providersSchema = z.array(
  z.strictObject({
    id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)),
    kind: z.enum(kinds),
    name: z.string().check(z.minLength(1)),
    flavour: z.exactOptional(z.string()),
    webUrl: url,
    apiUrl: url,
    clientId: z.string(),
    scopes: z.array(z.string()),
    sendsIssuer: z.exactOptional(z.boolean()),
    appId: z.exactOptional(z.string()),
    appSlug: z.exactOptional(z.string()),
    disabled: z.exactOptional(z.boolean()),
  }),
);

/**
 * The content of a providers file, checked.
 *
 * @throws ForgebridgeError `Misconfigured` naming the place that is wrong.
 */
export function readProviders(content: unknown): readonly ProviderSettings[] {
  const parsed = providersSchema.safeParse(content);
  if (!parsed.success) {
    throw misconfigured(`Correct ${parsed.error.issues[0]?.path.join('.') ?? 'the file'}.`);
  }
  const ids = parsed.data.map(({ id }) => id);
  if (new Set(ids).size !== ids.length)
    throw misconfigured('Give every provider an id of its own.');
  return parsed.data;
}

function misconfigured(remedy: string): ForgebridgeError {
  return new ForgebridgeError('Misconfigured', {
    reason: 'providers_file',
    remedy: `${remedy} It is in infra/providers.yml.`,
  });
}

/** Whether people can connect to it: it has a client id and is not switched off. */
export function isAvailable(settings: ProviderSettings): boolean {
  return settings.clientId !== '' && settings.disabled !== true;
}

/** The origins its client may call. */
export function originsOf(settings: ProviderSettings): readonly string[] {
  return [new URL(settings.webUrl).origin, new URL(settings.apiUrl).origin];
}

/** The reasons for which a host of that kind refuses. */
export async function reasonsOf(kind: Kind): Promise<Reasons> {
  return (await clients[kind]()).reasons;
}

/** The client that serves a provider. */
export async function loadProvider(context: ProviderContext): Promise<Provider> {
  const { create } = await clients[context.settings.kind]();
  return create(context);
}
