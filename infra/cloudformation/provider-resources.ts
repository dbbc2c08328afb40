import { logicalName, readProviders } from '../read-providers.ts';

/** The logical ids of one provider's secrets. */
export interface ProviderSecrets {
  readonly id: string;
  readonly clientSecret: string;
  /** Of a provider with an app. */
  readonly appKeySecret?: string;
}

/**
 * Of the configured providers, as the bundle will see them.
 *
 * @throws Error naming each mistake in the providers file, and its line.
 */
export async function providerSecrets(): Promise<readonly ProviderSecrets[]> {
  return secretsOf(await readProviders());
}

export function secretsOf(
  providers: readonly { readonly id: string; readonly appId?: string | undefined }[],
): readonly ProviderSecrets[] {
  return providers.map(({ id, appId }) => ({
    id,
    clientSecret: `${logicalName(id)}ClientSecret`,
    ...(appId ? { appKeySecret: `${logicalName(id)}AppKeySecret` } : {}),
  }));
}
