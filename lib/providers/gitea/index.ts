import type { Provider, ProviderContext } from '../provider.ts';
import { giteaClient } from './client.ts';
import { giteaContents } from './contents.ts';
import { giteaCreation } from './creation.ts';
import { giteaOAuth } from './oauth.ts';
import { giteaAccount, giteaPlaces } from './repositories.ts';

export { giteaReasons as reasons } from './reasons.ts';

/** Gitea and Forgejo, which is one API at `/api/v1` (docs.gitea.com/api, codeberg.org/api/swagger). */
export function create(context: ProviderContext): Provider {
  const gitea = giteaClient(context);
  return {
    settings: context.settings,
    rotation: 'overlaps',
    ...giteaOAuth(context),
    ...giteaAccount(gitea),
    creation: {
      ...giteaPlaces(gitea),
      ...giteaCreation(gitea),
      ...giteaContents(gitea),
    },
  };
}
