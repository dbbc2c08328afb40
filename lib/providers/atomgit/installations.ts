import * as z from 'zod/mini';
import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { type Answer, parseBody } from '../../http/answer.ts';
import { type RestRequest, segments } from '../../http/rest.ts';
import { defined } from '../../primitives/defined.ts';
import { epochOf } from '../../primitives/time.ts';
import type { Installation, Installations, ProviderContext } from '../provider.ts';
import { type V5Rest, v5Rest } from '../v5/rest.ts';
import { v5Page } from '../v5/wire.ts';
import { idSchema, looseText, wordSchema } from '../wire.ts';
import { listRepositories, versionHeader } from './listing.ts';

const permissionsSchema = z.catch(z.record(z.string(), z.string()), {});

const installationSchema = z.object({
  id: idSchema,
  account: z.object({ id: idSchema, path: wordSchema }),
  repository_selection: looseText,
  permissions: permissionsSchema,
  // Fragments of JSON have been seen in place of names.
  events: z.catch(z.array(z.unknown()), []),
  created_at: looseText,
  suspended_at: looseText,
});

const tokenSchema = z.object({
  token: wordSchema,
  expires_at: z.string(),
  permissions: permissionsSchema,
  repository_selection: looseText,
});

/** The app's installations, as the app or with an installation's own token. */
export function installations(context: ProviderContext): Installations {
  const { settings } = context;
  const rest = v5Rest(context);

  // Here a refused token is the app's own: no user can reconnect it.
  const send = (request: RestRequest): Promise<Answer> =>
    rest({ ...request, headers: versionHeader }).catch((error: unknown) => {
      if (!isForgebridgeError(error, 'ReconnectRequired')) throw error;
      throw new ForgebridgeError('Misconfigured', {
        reason: 'app_rejected',
        remedy: 'Check the app id and the private key of the app.',
      });
    });
  const asApp: V5Rest = Object.assign(send, { because: rest.because, leftOut: rest.leftOut });

  return {
    // Not documented: a narrower token that is not narrower would be worse than none.
    narrowing: false,

    installUrl() {
      if (settings.appSlug === undefined) {
        throw new ForgebridgeError('Misconfigured', { reason: 'no_app_slug' });
      }
      return `${settings.webUrl}${segments('apps', settings.appSlug, 'installations', 'new')}`;
    },

    list: (jwt, { cursor }) =>
      v5Page(asApp, jwt, cursor, {
        path: '/app/installations',
        row: installationSchema,
        convert: toInstallation,
      }),

    async token(jwt, installationId, scope) {
      if (scope.permissions !== undefined || scope.repositories !== undefined) {
        throw new ForgebridgeError('Unsupported', { reason: 'no_narrowing' });
      }
      const path = segments('app', 'installations', installationId, 'access_tokens');
      const { body } = await asApp({ method: 'POST', path, token: jwt });
      const { token, expires_at, permissions, repository_selection } = parseBody(tokenSchema, body);
      const expiresAt = epochOf(expires_at);
      if (expiresAt === undefined) {
        throw new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_expiry' });
      }
      return {
        token,
        expiresAt,
        permissions,
        repositorySelection: selection(repository_selection),
      };
    },

    repositories: (token, account, { cursor }) =>
      listRepositories(rest, settings.webUrl, segments('orgs', account, 'repos'), token, cursor),
  };
}

function toInstallation(body: z.infer<typeof installationSchema>): Installation {
  const createdAt = epochOf(body.created_at);
  return {
    id: body.id,
    account: body.account,
    repositorySelection: selection(body.repository_selection),
    permissions: body.permissions,
    events: body.events.filter(isEventName),
    ...defined({ createdAt }),
    suspended: typeof body.suspended_at === 'string',
  };
}

function isEventName(event: unknown): event is string {
  return typeof event === 'string' && /^[a-z][a-z0-9_.-]*$/i.test(event);
}

function selection(word: string | null | undefined): 'all' | 'selected' {
  return word?.toLowerCase() === 'all' ? 'all' : 'selected';
}
