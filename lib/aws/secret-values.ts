import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import { kept } from '../primitives/kept.ts';
import { config } from './configuration.ts';
import { requestLimits } from './request-limits.ts';

/** How long a value stays in memory: the longest a rotated secret is unknown to a warm container. */
const keptFor = 300_000;

let client: SecretsManagerClient | undefined;
const cache = kept<string>(keptFor);

/**
 * One secret's current value, at most {@link keptFor} old, or read anew when `fresh`.
 *
 * @throws ForgebridgeError `Misconfigured` when it was never given a value, `ProviderUnavailable`
 * when Secrets Manager cannot be asked now.
 */
async function readSecret(name: string, now: number, fresh = false): Promise<string> {
  const known = fresh ? undefined : cache.get(name, now);
  if (known !== undefined) return known;
  client ??= new SecretsManagerClient({ requestHandler: requestLimits, maxAttempts: 3 });
  return cache.set(name, await fetchSecret(client, name), now);
}

async function fetchSecret(secrets: SecretsManagerClient, name: string): Promise<string> {
  const SecretId = `${config().secretPrefix}/${name}`;
  let value: string | undefined;
  try {
    value = (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) {
      throw new ForgebridgeError(
        'ProviderUnavailable',
        { reason: 'secrets_unavailable', retryAfter: 5 },
        error,
      );
    }
  }
  if (value === undefined || value === '') throw missing(name);
  return value;
}

function missing(name: string): ForgebridgeError {
  return new ForgebridgeError('Misconfigured', {
    reason: 'secret_missing',
    remedy: `Give the secret ${name} a value: ${name.startsWith('keys/') ? 'npm run keys -- new' : 'npm run configure'}.`,
  });
}

const clientSecretSchema = z.object({ secrets: z.array(z.string().check(z.minLength(1))) });

/** The client secrets of a provider that are live now, newest first. */
export async function clientSecrets(providerId: string, now: number): Promise<readonly string[]> {
  return readJson(await readSecret(`${providerId}/client`, now), clientSecretSchema).secrets;
}

/** The private key of a provider's app: the secret is the PEM itself. Checked where it signs. */
export function appKey(providerId: string, now: number): Promise<string> {
  return readSecret(`${providerId}/app-key`, now);
}

const sealKeySchema = z.looseObject({ kty: z.string(), kid: z.string() });
const openKeysSchema = z.object({ keys: z.array(sealKeySchema) });

/** The public key that seals, a JWK. */
export async function sealKey(now: number) {
  return readJson(await readSecret('keys/seal', now), sealKeySchema);
}

/** The private keys that open, JWKs, newest first. */
export async function openKeys(now: number, fresh: boolean) {
  return readJson(await readSecret('keys/open', now, fresh), openKeysSchema).keys;
}

function readJson<T extends z.ZodMiniType>(text: string, schema: T): z.output<T> {
  const parsed = schema.safeParse(parseOr(text, undefined));
  if (parsed.success) return parsed.data;
  throw new ForgebridgeError('Misconfigured', {
    reason: 'secret_malformed',
    remedy: 'Write the secret again with npm run configure or npm run keys.',
  });
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
