import type { ProviderSettings } from '../../../lib/providers/provider.ts';

/** @throws Error of the AWS SDK when Secrets Manager cannot be asked. */
export type SecretReader = (name: string) => Promise<string | undefined>;

/** What is looked at. */
export interface Deployment {
  /** Without a slash at the end. */
  readonly url: string;
  readonly stage: string;
  /** Shown at `/health`, which tells strangers little. */
  readonly apiKey?: string;
  /** As they stand in the providers file here. */
  readonly providers: readonly ProviderSettings[];
}

/** What the checks reach. */
export interface DoctorPorts {
  readonly fetch: typeof fetch;
  /** The value of a secret by its name below `forgebridge/STAGE/`, or undefined without one. */
  readonly secret: SecretReader;
  /** Epoch milliseconds. */
  now(): number;
}
