import { readAnswer } from '../../http/answer.ts';
import type { TokenEndpoint } from '../../oauth/grant.ts';
import type { ProviderContext } from '../provider.ts';
import { textsIn } from '../sentence.ts';

/** The token endpoint, which takes a form without a code verifier. */
export function tokenEndpoint(context: ProviderContext): TokenEndpoint {
  return {
    url: `${context.settings.webUrl}/oauth/token`,
    clientId: context.settings.clientId,
    clientSecrets: context.clientSecrets,
    now: context.now,
    normalize: standardGrant,
    // A host without PKCE may refuse a verifier that answers no challenge.
    fetch: rewriting(context.fetch, ({ code_verifier: _, ...form }) => new URLSearchParams(form)),
  };
}

/** A `fetch` that hands each form it is given to `rewrite` and sends what comes back. */
export function rewriting(
  send: typeof fetch,
  rewrite: (form: Record<string, string>) => URLSearchParams | string,
): typeof fetch {
  return (input, init) => {
    const form = Object.fromEntries(new URLSearchParams(String(init?.body)));
    const body = rewrite(form);
    const headers = new Headers(init?.headers);
    headers.set(
      'content-type',
      typeof body === 'string' ? 'application/json' : 'application/x-www-form-urlencoded',
    );
    return send(input, { ...init, headers, body });
  };
}

/** Names that are not those of RFC 6749 section 5.2, by what they mean there. */
const errorNames: Readonly<Record<string, string>> = {
  bad_verification_code: 'invalid_grant',
  bad_refresh_token: 'invalid_grant',
  incorrect_client_credentials: 'invalid_client',
};

/**
 * A token answer in the form of RFC 6749 section 5: `token_type` added, and a refusal that names no
 * error given the name its text bears out. Such a refusal ends a user's connection only when it
 * speaks of a code or token; what says nothing stays not understood.
 */
export async function standardGrant(response: Response): Promise<Response> {
  const { status, body } = await readAnswer(response.clone());
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return response;
  const members: Record<string, unknown> = { ...body };
  if (typeof members.error === 'string') {
    return Response.json(
      { ...members, error: errorNames[members.error] ?? members.error },
      { status },
    );
  }
  if (response.ok) {
    return Response.json({ ...members, token_type: members.token_type ?? 'bearer' }, { status });
  }
  const error = errorName(status, textsIn(body));
  return error === undefined ? response : Response.json({ error }, { status });
}

function errorName(status: number, said: string): string | undefined {
  if (/client|secret|redirect|应用|密钥/i.test(said)) return 'invalid_client';
  if (/token|grant|code|令牌|授权码/i.test(said)) return 'invalid_grant';
  return status === 401 ? 'invalid_client' : undefined;
}
