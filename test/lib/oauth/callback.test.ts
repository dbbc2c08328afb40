import { describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../../lib/errors.ts';
import { checkIssuer, grantedCode, readCallback } from '../../../lib/oauth/callback.ts';

function refusal(act: () => unknown): ForgebridgeError {
  try {
    act();
  } catch (error) {
    if (error instanceof ForgebridgeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const answered = (query: Record<string, string>) => readCallback(new URLSearchParams(query));

describe('what hosts send back', () => {
  // The published answers of GitHub and Gitee.
  test.each([
    ['access_denied', 'The user has denied your application access.', 'ConsentDenied'],
    ['access_denied', '用户或服务器拒绝了请求', 'ConsentDenied'],
    ['redirect_uri_mismatch', 'The redirect_uri MUST match the registered URL.', 'Misconfigured'],
    ['application_suspended', 'Your application has been suspended.', 'Misconfigured'],
    ['temporarily_unavailable', '', 'ProviderUnavailable'],
  ])(
    'given %s (%s), when a code is wanted, then it ends as %s and none of the text is kept',
    (error, description, code) => {
      const callback = answered({ state: 'xyz', error, error_description: description });
      const failure = refusal(() => grantedCode(callback));
      expect(failure.code).toBe(code);
      expect(failure.details).toEqual({ reason: error });
    },
  );

  test('given an error that is no code but markup, when read, then it is not repeated', () => {
    const callback = answered({ state: 'xyz', error: '<script>' });
    expect(refusal(() => grantedCode(callback)).details).toEqual({
      reason: 'authorization_failed',
    });
  });

  test('given neither code nor error, when a code is wanted, then the host is not understood', () => {
    expect(refusal(() => grantedCode(answered({ state: 'xyz' }))).code).toBe('ProviderProtocol');
  });

  test.each(['state', 'code', 'iss', 'anything'])(
    'C14 given %s twice, when the callback is read, then it is refused',
    (name) => {
      const query = new URLSearchParams([['state', 'xyz'], ...[1, 2].map(() => [name, 'a'])]);
      expect(refusal(() => readCallback(query)).code).toBe('InvalidInput');
    },
  );

  test.each([
    ['the same', 'https://github.com/login/oauth', false, true],
    ['a slash more', 'https://github.com/login/oauth/', false, false],
    ['none', undefined, false, true],
    ['none where it is always sent', undefined, true, false],
  ])(
    'C06 given an issuer that is %s, when compared, then only equality counts',
    (_, iss, alwaysSent, accepted) => {
      const callback = answered({ state: 'xyz', ...(iss === undefined ? {} : { iss }) });
      const host = { issuer: 'https://github.com/login/oauth', alwaysSent };
      const check = () => checkIssuer(callback, host);
      if (accepted) expect(check).not.toThrow();
      else expect(refusal(check)).toMatchObject({ code: 'StateMismatch' });
    },
  );
});
