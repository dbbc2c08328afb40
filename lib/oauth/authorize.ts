import { defined } from '../primitives/defined.ts';
import type { AuthorizationRequest } from './tokens.ts';

/** What one host's authorization endpoint takes. */
export interface AuthorizationEndpoint {
  readonly url: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Whether the host knows PKCE (RFC 7636): the challenge goes along, S256. */
  readonly pkce: boolean;
  /** A host older than the standard is told no `response_type`. */
  readonly responseType?: false;
}

/** The page where the user consents (RFC 6749 section 4.1.1). */
export function authorizationUrl(
  { url, clientId, scopes, pkce, responseType }: AuthorizationEndpoint,
  { state, redirectUri, codeChallenge }: AuthorizationRequest,
): string {
  const parameters = defined({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: responseType === false ? undefined : 'code',
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
    state,
    code_challenge: pkce ? codeChallenge : undefined,
    code_challenge_method: pkce ? 'S256' : undefined,
  });
  return `${url}?${new URLSearchParams(parameters)}`;
}
