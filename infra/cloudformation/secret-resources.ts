import type { Framework, Resource, TemplatePart } from './framework.ts';
import { type ProviderSecrets, providerSecrets } from './provider-resources.ts';

/**
 * Every secret the functions read, created without a value, so that roles can name each by its exact
 * ARN. `npm run configure` and `npm run keys` only put values. On stage prod they outlive the stack:
 * without the opening keys every connection is lost.
 */
export async function secretResources({ resolveVariable }: Framework): Promise<TemplatePart> {
  const prefix = await resolveVariable('self:custom.secretPrefix');
  const keep = (await resolveVariable('sls:stage')) === 'prod' ? 'Retain' : 'Delete';
  const resource = ([id, name, description]: SecretName): readonly [string, Resource] => [
    id,
    {
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: keep,
      UpdateReplacePolicy: keep,
      Properties: { Name: `${prefix}/${name}`, Description: description },
    },
  ];
  return { Resources: Object.fromEntries(secretNames(await providerSecrets()).map(resource)) };
}

type SecretName = readonly [logicalId: string, name: string, description: string];

/** Every secret: its logical id, its name below the stage's prefix, and what it is. */
export function secretNames(providers: readonly ProviderSecrets[]): readonly SecretName[] {
  return [
    ['SealKeySecret', 'keys/seal', 'Public key that seals tokens'],
    ['OpenKeySecret', 'keys/open', 'Private keys that open sealed tokens'],
    ...providers.flatMap(({ id, clientSecret, appKeySecret }): SecretName[] => [
      [clientSecret, `${id}/client`, `OAuth client secret of ${id}`],
      ...(appKeySecret === undefined
        ? []
        : [[appKeySecret, `${id}/app-key`, `App private key of ${id}`] as const]),
    ]),
  ];
}
