import { authorizationUrl } from '../../oauth/authorize.ts';
import { authorizationCodeGrant, refreshTokenGrant } from '../../oauth/grant.ts';
import type { Provider, ProviderContext } from '../provider.ts';
import { v5Commits } from './commits.ts';
import { tokenEndpoint } from './grants.ts';
import { v5Account, v5Places } from './reading.ts';
import { type V5Rest, v5Rest } from './rest.ts';
import { type Dialect, v5Creation } from './writing.ts';

/** What every host of the dialect offers; a kind spreads it and adds its own. */
export type V5Provider = Provider &
  Required<Pick<Provider, 'creation'>> & { readonly rest: V5Rest };

/**
 * The v5 dialect of REST and OAuth that several hosts speak: tokens by form, repositories with
 * `page` and `per_page`. `dialect` says where they differ.
 */
export function v5Provider(context: ProviderContext, dialect: Dialect): V5Provider {
  const { settings } = context;
  const { webUrl } = settings;
  const rest = v5Rest(context);
  // These hosts know no PKCE.
  const authorization = { ...settings, url: `${webUrl}/oauth/authorize`, pkce: false };
  return {
    settings,
    rest,
    // Not documented. Should the access token survive a refresh, this costs a wait, never a token.
    rotation: 'kills-access',
    authorizeUrl: (request) => authorizationUrl(authorization, request),
    exchange: (request) => authorizationCodeGrant(tokenEndpoint(context), request),
    refresh: (request) => refreshTokenGrant(tokenEndpoint(context), request),
    ...v5Account(rest, webUrl),
    creation: {
      ...v5Places(rest, webUrl),
      ...v5Creation(rest, webUrl, dialect),
      ...v5Commits(rest, dialect),
    },
  };
}
