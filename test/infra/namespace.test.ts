import { expect, test } from 'vitest';
import { requireNamespace } from '../../infra/cloudformation/namespace.ts';

const OIDC_ISSUER = 'https://login.example.com';

test('given an identity provider and no word on its users’ names, when it is deployed, then that is refused, and it says what a new stage sets and what one of before', () => {
  expect(() => requireNamespace({ OIDC_ISSUER })).toThrow(
    /new stage: OIDC_SUBJECT_PREFIX=oidc:.*before: OIDC_SUBJECT_PREFIX= with nothing/,
  );
});

test.each([
  ['no identity provider', {}],
  ['a prefix', { OIDC_ISSUER, OIDC_SUBJECT_PREFIX: 'oidc:' }],
  ['one namespace, on purpose', { OIDC_ISSUER, OIDC_SUBJECT_PREFIX: '' }],
])('given %s, when it is deployed, then it may be', (_, environment) => {
  expect(() => requireNamespace(environment)).not.toThrow();
});
