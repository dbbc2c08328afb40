import { setTimeout as sleep } from 'node:timers/promises';
import content from '../../infra/providers.yml';
import { config } from '../aws/configuration.ts';
import type { Invocation } from '../aws/invocation.ts';
import { logDebug, logInfo } from '../aws/log.ts';
import { countOutcome } from '../aws/metrics.ts';
import { clientSecrets } from '../aws/secret-values.ts';
import { ForgebridgeError } from '../errors.ts';
import { outbound } from '../http/outbound.ts';
import type { Provider, ProviderSettings } from '../providers/provider.ts';
import { isAvailable, loadProvider, originsOf, readProviders } from '../providers/registry.ts';

let cached: readonly ProviderSettings[] | undefined;

/** All configured providers, available or not, in the order of the file. */
export function allProviders(): readonly ProviderSettings[] {
  cached ??= readProviders(content);
  return cached;
}

/** The providers that people can connect to. */
export function availableProviders(): readonly ProviderSettings[] {
  return allProviders().filter(isAvailable);
}

/** One attempt at a provider, in milliseconds, and what is kept back for the reply. */
const attemptTimeout = 25_000;
const reserve = 2_000;

/**
 * The client of a provider, for this invocation: its calls end before the function's time does.
 *
 * @throws ForgebridgeError `NotFound` when there is no such provider, or it is switched off.
 */
export async function provider(id: string, invocation: Invocation): Promise<Provider> {
  const settings = availableProviders().find((candidate) => candidate.id === id);
  if (settings === undefined) {
    throw new ForgebridgeError('NotFound', { reason: 'unknown_provider' });
  }
  return loadProvider({
    settings,
    now: Date.now,
    clientSecrets: () => clientSecrets(id, Date.now()),
    leftOut(rows) {
      countOutcome('rows_left_out');
      logInfo('rows left out', { provider: id, rows });
    },
    fetch: told(
      id,
      outbound({
        origins: originsOf(settings),
        contact: config().publicUrl,
        timeout: attemptTimeout,
        timeLeft: () => invocation.timeLeft() - reserve,
        maxBytes: 1024 * 1024,
        now: Date.now,
        random: Math.random,
        sleep,
        onSkew(seconds) {
          countOutcome('clock_skew');
          logInfo('clock differs', { provider: id, seconds });
        },
      }),
    ),
  });
}

/** One line for each answer of a host, found by the same ids as the request or step it was for. */
function told(provider: string, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const begun = Date.now();
    const answer = await send(input, init);
    const { status } = answer;
    logDebug('host answered', {
      provider,
      method: init?.method ?? 'GET',
      status,
      ms: Date.now() - begun,
    });
    return answer;
  };
}

/** The one redirect URI of a provider, as it must be registered there. */
export function callbackUrl(providerId: string): string {
  return `${config().publicUrl}/callback/${providerId}`;
}

/** What `iss` must say when this host answers (RFC 9207). */
export function issuerOf({ settings, issuer = settings.webUrl }: Provider) {
  return { issuer, alwaysSent: settings.sendsIssuer === true };
}
