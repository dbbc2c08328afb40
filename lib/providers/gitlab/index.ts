import type { Provider, ProviderContext } from '../provider.ts';
import { gitLab } from './client.ts';
import { gitLabContents } from './contents.ts';
import { gitLabCreation } from './creation.ts';
import { gitLabOAuth } from './oauth.ts';
import { gitLabAccount, gitLabPlaces } from './repositories.ts';

export { gitLabReasons as reasons } from './reasons.ts';

/** GitLab: gitlab.com, and self-managed with its own URLs (API at `/api/v4`). */
export function create(context: ProviderContext): Provider {
  const gitlab = gitLab(context);
  return {
    settings: context.settings,
    rotation: 'kills-access',
    ...gitLabOAuth(context),
    ...gitLabAccount(gitlab, context),
    creation: {
      ...gitLabPlaces(gitlab, context),
      ...gitLabCreation(gitlab, context),
      ...gitLabContents(gitlab),
    },
  };
}
