import type { ProviderContext } from '../provider.ts';
import { type RestHost, restHost } from '../rest-host.ts';
import { type GitLabReason, gitLabReasons } from './reasons.ts';

export type GitLab = RestHost<GitLabReason>;

/** GitLab's REST API (docs.gitlab.com/api/rest); a self-managed one differs by its URL alone. */
export function gitLab(context: ProviderContext): GitLab {
  return restHost(gitLabReasons, context);
}
