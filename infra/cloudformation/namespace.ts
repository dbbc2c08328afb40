/**
 * Whether the deployer has said how the subjects of identity tokens and those that API keys name are told
 * apart. Nothing can tell a new stage, where they should be, from one whose connections would be lost.
 *
 * @throws Error where there is an identity provider and no word on it.
 */
export function requireNamespace(environment: Readonly<Record<string, string | undefined>>): void {
  const { OIDC_ISSUER = '', OIDC_SUBJECT_PREFIX } = environment;
  if (OIDC_ISSUER === '' || OIDC_SUBJECT_PREFIX !== undefined) return;
  throw new Error(
    'OIDC_SUBJECT_PREFIX is not set. On a new stage: OIDC_SUBJECT_PREFIX=oidc: so that no API key names ' +
      'the user of an identity token by chance. On a stage whose users have signed in with identity ' +
      'tokens before: OIDC_SUBJECT_PREFIX= with nothing behind it, which leaves them who they are.',
  );
}
