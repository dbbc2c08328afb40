import type { ForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { defined } from '../../primitives/defined.ts';
import type { Installations, ProviderContext } from '../provider.ts';
import type { Refusal } from '../refusal.ts';
import { bearer, type GitHub } from './client.ts';
import { gitHubPage } from './repositories.ts';
import {
  installationSchema,
  installationTokenSchema,
  repositorySchema,
  toInstallation,
  toInstallationToken,
  toRepository,
} from './wire.ts';

/**
 * A GitHub App acting as itself
 * (docs.github.com/rest/apps). Enterprise Servers keep their apps under another path than github.com.
 */
export function gitHubInstallations(
  github: GitHub,
  { settings: { webUrl, apiUrl } }: ProviderContext,
  appSlug: string,
): Installations {
  const apps = apiUrl.endsWith('/api/v3') ? 'github-apps' : 'apps';
  /** A JWT that is refused is the deployment's fault: app id, key or clock. */
  const refine = ({ status }: Refusal): ForgebridgeError | undefined =>
    status === 401 ? github.because('invalid_client') : undefined;

  return {
    narrowing: true,

    installUrl: () => `${webUrl}/${apps}/${encodeURIComponent(appSlug)}/installations/new`,

    list: (jwt, { cursor }) =>
      gitHubPage(github, jwt, cursor, {
        route: 'GET /app/installations',
        row: installationSchema,
        convert: toInstallation,
        refine,
      }),

    async token(jwt, installationId, { permissions, repositories }) {
      const { data } = await github({
        route: 'POST /app/installations/{installation_id}/access_tokens',
        authorization: bearer(jwt),
        parameters: {
          installation_id: installationId,
          ...defined({ permissions, repositories }),
        },
        refine,
      });
      return toInstallationToken(parseBody(installationTokenSchema, data));
    },

    repositories: (token, _account, { cursor }) =>
      gitHubPage(github, token, cursor, {
        route: 'GET /installation/repositories',
        row: repositorySchema,
        convert: (row) => toRepository(row, webUrl),
        rows: (data) => Object(data).repositories,
      }),
  };
}
