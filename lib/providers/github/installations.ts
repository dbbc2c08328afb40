import * as z from 'zod/mini';
import { ForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { defined } from '../../primitives/defined.ts';
import type { Installations, ProviderSettings } from '../provider.ts';
import { bearer, type GitHub, type Refusal } from './client.ts';
import {
  installationSchema,
  installationTokenSchema,
  pageQuery,
  repositorySchema,
  toInstallation,
  toInstallationToken,
  toPage,
  toRepository,
} from './wire.ts';

/**
 * A GitHub App acting as itself
 * (docs.github.com/rest/apps). Enterprise Servers keep their apps under another path than github.com.
 */
export function gitHubInstallations(
  github: GitHub,
  { webUrl, apiUrl }: ProviderSettings,
  appSlug: string,
): Installations {
  const apps = apiUrl.endsWith('/api/v3') ? 'github-apps' : 'apps';
  return {
    narrowing: true,

    installUrl: () => `${webUrl}/${apps}/${encodeURIComponent(appSlug)}/installations/new`,

    async list(jwt, page) {
      const { data, headers } = await github({
        route: 'GET /app/installations',
        authorization: bearer(jwt),
        parameters: pageQuery(page),
        refine: appRefused,
      });
      return toPage(parseBody(z.array(installationSchema), data).map(toInstallation), headers);
    },

    async token(jwt, installationId, { permissions, repositories }) {
      const { data } = await github({
        route: 'POST /app/installations/{installation_id}/access_tokens',
        authorization: bearer(jwt),
        parameters: {
          installation_id: installationId,
          ...defined({ permissions, repositories }),
        },
        refine: appRefused,
      });
      return toInstallationToken(parseBody(installationTokenSchema, data));
    },

    async repositories(token, _account, page) {
      const { data, headers } = await github({
        route: 'GET /installation/repositories',
        authorization: bearer(token),
        parameters: pageQuery(page),
      });
      const { repositories } = parseBody(
        z.object({ repositories: z.array(repositorySchema) }),
        data,
      );
      return toPage(repositories.map(toRepository), headers);
    },
  };
}

/** A JWT that is refused is the deployment's fault: app id, key or clock. */
function appRefused({ status }: Refusal): ForgebridgeError | undefined {
  if (status !== 401) return undefined;
  return new ForgebridgeError('Misconfigured', { reason: 'invalid_client' });
}
