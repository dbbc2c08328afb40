import {
  allowInsecureRequests,
  ClientSecretPost,
  customFetch,
  processRevocationResponse,
  revocationRequest,
} from 'oauth4webapi';
import { ForgebridgeError } from '../errors.ts';
import { readAnswer, refuseText } from '../http/answer.ts';
import { limitWait, overLimit } from '../http/limits.ts';
import { defined } from '../primitives/defined.ts';
import { type TokenEndpoint, withClientSecret } from './grant.ts';

/**
 * Ends one token (RFC 7009), before `signal` fires. A token that is dead or unknown is a success; a host in trouble is not.
 *
 * @throws ForgebridgeError `Unsupported` (`revocation_not_offered`), `Misconfigured` (`invalid_client`), `RateLimited`, `ProviderUnavailable`,
 * `ProviderTimeout`, `ProviderProtocol`.
 */
export function revokeToken(
  endpoint: Omit<TokenEndpoint, 'normalize'>,
  token: string,
  signal?: AbortSignal,
): Promise<void> {
  const { url, clientId, clientSecrets, fetch, now } = endpoint;
  const server = { issuer: new URL(url).origin, revocation_endpoint: url };
  return withClientSecret(clientSecrets, async (secret) => {
    const response = await revocationRequest(
      server,
      { client_id: clientId },
      ClientSecretPost(secret),
      token,
      {
        // The library's options are those of fetch under a narrower type.
        [customFetch]: (address, init) => fetch(address, init as RequestInit),
        [allowInsecureRequests]: url.startsWith('http:'),
        ...defined({ signal }),
      },
    );
    const { status, headers } = response;
    if (overLimit(status, headers)) {
      throw new ForgebridgeError('RateLimited', { retryAfter: limitWait(headers, now()) });
    }
    if (status >= 500) throw new ForgebridgeError('ProviderUnavailable');
    const { body } = await readAnswer(response.clone());
    // What is no JSON is not the host's word, whatever its status.
    refuseText(body);
    // Doorkeeper answers 403 where the token belongs to another client.
    if (status === 401 || status === 403) {
      throw new ForgebridgeError('Misconfigured', { reason: 'invalid_client' });
    }
    // RFC 7009 knows no "not found": the host says that it has no such endpoint.
    if ((status === 404 || status === 405) && typeof body === 'object') {
      throw new ForgebridgeError('Unsupported', { reason: 'revocation_not_offered' });
    }
    await processRevocationResponse(response).catch(() => {
      throw new ForgebridgeError('ProviderProtocol', { reason: `status_${status}` });
    });
  });
}
