import { defined } from '../../primitives/defined.ts';
import type { Provider, ProviderContext } from '../provider.ts';
import { gitHub } from './client.ts';
import { gitHubContents } from './contents.ts';
import { gitHubCreation } from './creation.ts';
import { gitHubInstallations } from './installations.ts';
import { gitHubOAuth } from './oauth.ts';
import { gitHubAccount, gitHubPlaces } from './repositories.ts';

export { gitHubReasons as reasons } from './reasons.ts';

/**
 * GitHub: github.com, and Enterprise Server with its own URLs (web `https://HOST`, API
 * `https://HOST/api/v3`). A configured app slug makes it a GitHub App, else it is an OAuth app.
 */
export function create(context: ProviderContext): Provider {
  const { settings } = context;
  const github = gitHub(context);
  const { appSlug } = settings;
  const installations =
    appSlug === undefined ? undefined : gitHubInstallations(github, context, appSlug);
  const { deleteRepository, ...places } = gitHubPlaces(github, context);
  // What a GitHub App may do is said by its permissions; an OAuth app must ask for this scope.
  const deletes = installations !== undefined || settings.scopes.includes('delete_repo');
  return {
    settings,
    issuer: `${settings.webUrl}/login/oauth`,
    rotation: 'kills-access',
    ...gitHubOAuth(context, github),
    ...gitHubAccount(github, context),
    creation: {
      ...places,
      ...(deletes ? { deleteRepository } : {}),
      ...gitHubCreation(github, context, installations?.installUrl),
      ...gitHubContents(github),
    },
    ...defined({ installations }),
  };
}
