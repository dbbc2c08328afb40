import type { ProviderContext } from '../provider.ts';
import { type RestHost, restHost } from '../rest-host.ts';
import { type GiteaReason, giteaReasons } from './reasons.ts';

export type Gitea = RestHost<GiteaReason>;

/** The REST API of one Gitea or Forgejo. */
export function giteaClient(context: ProviderContext): Gitea {
  return restHost(giteaReasons, context);
}
