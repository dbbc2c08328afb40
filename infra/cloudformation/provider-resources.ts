import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';

const schema = z.array(z.looseObject({ id: z.string(), appId: z.optional(z.string()) }));

/** The logical ids of one provider's secrets. */
export interface ProviderSecrets {
  readonly id: string;
  readonly clientSecret: string;
  /** Of a provider with an app. */
  readonly appKeySecret?: string;
}

/** The configured providers, as the bundle will see them: `PROVIDERS_FILE`, or infra/providers.yml. */
export function providerSecrets(): readonly ProviderSecrets[] {
  const standard = resolve(import.meta.dirname, '../providers.yml');
  return secretsOfProviders(resolve(process.env.PROVIDERS_FILE ?? standard));
}

/** As {@link providerSecrets}, of any providers file. */
export function secretsOfProviders(file: string): readonly ProviderSecrets[] {
  return schema.parse(parse(readFileSync(file, 'utf8'))).map(({ id, appId }) => {
    const logical = id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    return {
      id,
      clientSecret: `${logical}ClientSecret`,
      ...(appId ? { appKeySecret: `${logical}AppKeySecret` } : {}),
    };
  });
}
