import { authorizationCodeGrant, refreshTokenGrant } from '../../oauth/grant.ts';
import type { Provider, ProviderContext } from '../provider.ts';
import { authorizeUrl, tokenEndpoint } from './grants.ts';
import { v5Account, v5Places } from './reading.ts';
import { v5Rest } from './rest.ts';
import { v5Creation } from './writing.ts';

/** What every host of the dialect offers; a kind spreads it and adds its own. */
export type V5Provider = Provider & Required<Pick<Provider, 'creation'>>;

/**
 * The v5 dialect of REST and OAuth that several hosts speak: tokens by form, repositories with
 * `page` and `per_page`, files one commit at a time.
 */
export function v5Provider(context: ProviderContext): V5Provider {
  const { settings } = context;
  const rest = v5Rest(context);
  return {
    settings,
    // Not documented. Should the access token survive a refresh, this costs a wait, never a token.
    rotation: 'kills-access',
    authorizeUrl: (request) => authorizeUrl(context, request),
    exchange: (request) => authorizationCodeGrant(tokenEndpoint(context), request),
    refresh: (request) => refreshTokenGrant(tokenEndpoint(context), request),
    ...v5Account(rest, settings.webUrl),
    creation: { ...v5Places(rest, settings.webUrl), ...v5Creation(rest, settings.webUrl) },
  };
}
