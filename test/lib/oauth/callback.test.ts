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
    ['access_denied', 'The user has denied your application access.'],
    ['access_denied', '用户或服务器拒绝了请求'],
    ['redirect_uri_mismatch', 'The redirect_uri MUST match the registered URL.'],
    ['application_suspended', 'Your application has been suspended.'],
    ['server_error', ''],
    ['temporarily_unavailable', ''],
  ])(
    'given %s (%s), when a code is wanted, then nothing was granted, none of the text is kept, and nobody is rung up',
    (error, description) => {
      const callback = answered({ state: 'xyz', error, error_description: description });
      const failure = refusal(() => grantedCode(callback));
      expect(failure).toMatchObject({ code: 'ConsentDenied', status: 403 });
      expect(failure.details.reason).toBe(error);
    },
  );

  test('given an error that only the operator can mend, when a code is wanted, then the person is told whom to tell', () => {
    const failure = refusal(() =>
      grantedCode(answered({ state: 'xyz', error: 'redirect_uri_mismatch' })),
    );
    expect(failure.details.remedy).toContain('whoever runs this service');
  });

  test('given an error that is no code but markup, when read, then it is not repeated', () => {
    const callback = answered({ state: 'xyz', error: '<script>' });
    expect(refusal(() => grantedCode(callback)).details).toEqual({
      reason: 'authorization_failed',
    });
  });

  test('given neither code nor error, when a code is wanted, then the address is not taken for an answer', () => {
    expect(refusal(() => grantedCode(answered({ state: 'xyz' })))).toMatchObject({
      code: 'StateMismatch',
      details: { reason: 'no_code' },
    });
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
