import type { Provider, ProviderContext } from '../provider.ts';
import { gitLab } from './client.ts';
import { gitLabContents } from './contents.ts';
import { gitLabCreation } from './creation.ts';
import { gitLabOAuth } from './oauth.ts';
import { gitLabAccount, gitLabPlaces } from './repositories.ts';

/** GitLab: gitlab.com, and self-managed with its own URLs (API at `/api/v4`). */
export function create(context: ProviderContext): Provider {
  const gitlab = gitLab(context);
  return {
    settings: context.settings,
    rotation: 'kills-access',
    ...gitLabOAuth(context),
    ...gitLabAccount(gitlab),
    creation: {
      ...gitLabPlaces(gitlab),
      ...gitLabCreation(gitlab),
      ...gitLabContents(gitlab),
    },
  };
}
