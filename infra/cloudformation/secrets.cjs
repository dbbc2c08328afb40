const providers = require('./providers.cjs');

/**
 * Every secret the functions read, created without a value, so that roles can name each by its exact
 * ARN. `npm run configure` and `npm run keys` only put values. On stage prod they outlive the stack:
 * without the opening keys every connection is lost.
 */
module.exports = async ({ resolveVariable }) => {
  const prefix = await resolveVariable('self:custom.secretPrefix');
  const keep = (await resolveVariable('sls:stage')) === 'prod' ? 'Retain' : 'Delete';
  const secret = (name, description) => ({
    Type: 'AWS::SecretsManager::Secret',
    DeletionPolicy: keep,
    UpdateReplacePolicy: keep,
    Properties: { Name: `${prefix}/${name}`, Description: description },
  });
  const resources = {
    SealKeySecret: secret('keys/seal', 'Public key that seals tokens'),
    OpenKeySecret: secret('keys/open', 'Private keys that open sealed tokens'),
  };
  for (const { id, clientSecret, appKeySecret } of providers()) {
    resources[clientSecret] = secret(`${id}/client`, `OAuth client secret of ${id}`);
    if (appKeySecret) resources[appKeySecret] = secret(`${id}/app-key`, `App private key of ${id}`);
  }
  return { Resources: resources };
};
