import * as z from 'zod/mini';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import { type AuthorizationEndpoint, authorizationUrl } from '../../oauth/authorize.ts';
import {
  authorizationCodeGrant,
  refreshTokenGrant,
  type TokenEndpoint,
} from '../../oauth/grant.ts';
import { defined } from '../../primitives/defined.ts';
import type { Account, Provider, ProviderContext } from '../provider.ts';
import { rewriting, standardGrant } from '../v5/grants.ts';
import { type V5Rest, v5Rest } from '../v5/rest.ts';
import { sameName } from '../wire.ts';
import { installations } from './installations.ts';
import { listRepositories, versionHeader } from './listing.ts';

/** The members of a token request that the guide names; the others stay here. */
const codeMembers = ['client_id', 'client_secret', 'code'];
const refreshMembers = ['client_id', 'client_secret', 'grant_type', 'refresh_token'];

/**
 * The generation of 2023: apps and their installations, user tokens by JSON with absolute expiries,
 * lists of repositories. It has no call that creates.
 */
export function guide2023(context: ProviderContext): Provider {
  const { settings } = context;
  // The guide shows no refusal: they are read as leniently as those of the generation after it.
  const rest = v5Rest(context);
  const endpoint = tokenEndpoint(context);
  const authorization: AuthorizationEndpoint = {
    clientId: settings.clientId,
    url: `${settings.webUrl}/login/oauth/authorize`,
    scopes: [],
    pkce: false,
    responseType: false,
  };
  return {
    settings,
    // The guide's refresh gives the same refresh token back and ends nothing.
    rotation: 'overlaps',
    authorizeUrl: (request) => authorizationUrl(authorization, request),
    exchange: (request) => authorizationCodeGrant(endpoint, request),
    refresh: (request) => refreshTokenGrant(endpoint, request),
    identify: (token) => identify(rest, token),
    repositories({ token, login }, { namespace = login, cursor }) {
      const place = sameName(namespace, login) ? ['user', login] : ['orgs', namespace];
      return listRepositories(rest, settings.webUrl, segments(...place, 'repos'), token, cursor);
    },
    ...defined({
      installations: settings.appId === undefined ? undefined : installations(context),
    }),
  };
}

function tokenEndpoint({ settings, clientSecrets, fetch, now }: ProviderContext): TokenEndpoint {
  return {
    url: `${settings.apiUrl}/login/oauth/access_token`,
    clientId: settings.clientId,
    clientSecrets,
    now,
    normalize: standardGrant,
    fetch: rewriting(fetch, (form) => {
      const members = form.grant_type === 'refresh_token' ? refreshMembers : codeMembers;
      return JSON.stringify(Object.fromEntries(members.map((name) => [name, form[name]])));
    }),
  };
}

const word = z.nullish(z.union([z.string(), z.int()]));

/** The guide does not show this answer: any of the usual names will do. */
const userSchema = z.object({
  id: word,
  user_id: word,
  login: word,
  username: word,
  path: word,
  name: z.nullish(z.string()),
});

const accountSchema = z.object({
  id: z.string().check(z.minLength(1)),
  login: z.string().check(z.minLength(1)),
});

async function identify(rest: V5Rest, token: string): Promise<Account> {
  const path = '/user/info';
  const { body } = await rest({ method: 'GET', path, token, headers: versionHeader });
  const user = parseBody(userSchema, body);
  const { id, login } = parseBody(accountSchema, {
    id: String(user.id ?? user.user_id ?? ''),
    login: String(user.login ?? user.username ?? user.path ?? user.name ?? ''),
  });
  return { id, login, ...defined({ name: user.name || undefined }) };
}
