import type { Provider, ProviderContext } from '../provider.ts';
import { gitLab } from './client.ts';
import { gitLabContents } from './contents.ts';
import { gitLabCreation, gitLabCreationCalls } from './creation.ts';
import { gitLabOAuth } from './oauth.ts';
import { gitLabRepositories } from './repositories.ts';

/** GitLab: gitlab.com, and self-managed with its own URLs (API at `/api/v4`). */
export function create(context: ProviderContext): Provider {
  const gitlab = gitLab(context);
  return {
    settings: context.settings,
    rotation: 'kills-access',
    creation: gitLabCreation,
    ...gitLabOAuth(context),
    ...gitLabRepositories(gitlab),
    ...gitLabCreationCalls(gitlab),
    ...gitLabContents(gitlab),
  };
}
