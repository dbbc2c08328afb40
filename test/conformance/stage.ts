import { generateKeyPairSync } from 'node:crypto';
import type { SandboxOptions } from '../../infra/local/sandbox/options.ts';
import { anyPorts, forEachHost, type HostId } from '../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../infra/local/sandbox/sandbox.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { isForgebridgeError } from '../../lib/errors.ts';
import { outbound } from '../../lib/http/outbound.ts';
import { appJwt } from '../../lib/oauth/app-jwt.ts';
import { codeChallenge, randomVerifier } from '../../lib/oauth/pkce.ts';
import type { TokenSet } from '../../lib/oauth/tokens.ts';
import type { Access, Page, PageRequest, Provider } from '../../lib/providers/provider.ts';
import { loadProvider, originsOf } from '../../lib/providers/registry.ts';
import { type Decision, visitConsent } from '../infra/local/sandbox/visit.ts';

export const redirectUri = 'http://localhost:3000/callback';

/** The stand-ins on a clock that moves when told, and the clients that a deployment would use. */
export interface Stage {
  readonly sandbox: Sandbox;
  now(): number;
  /** A client as configured, or with another client secret; its requests go `through` something. */
  client(
    id: HostId,
    clientSecret?: string,
    through?: (send: typeof fetch) => typeof fetch,
  ): Promise<Provider>;
  /** Consent of a person at the host, up to the code. */
  consent(id: HostId, choice?: Decision): Promise<Consent>;
  /** Tokens of a person, and what calls on their behalf take. */
  signIn(id: HostId, choice?: Decision): Promise<SignedIn>;
  /** What proves the app; with a key that is not its own when `forged`. */
  jwt(id: HostId, forged?: boolean): Promise<string>;
}

interface Consent {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

interface SignedIn {
  readonly client: Provider;
  readonly tokens: TokenSet;
  readonly access: Access;
}

const endless = { limit: 10_000_000, windowMs: 3_600_000 };

export async function startStage(options: SandboxOptions = {}): Promise<Stage> {
  const begun = Date.parse('2026-03-01T12:00:00Z');
  let passed = 0;
  const now = () => begun + passed;
  const sandbox = await startSandbox({
    ports: anyPorts,
    now: () => begun,
    rateLimits: forEachHost(() => endless),
    ...options,
  });
  const advancing: Sandbox = {
    ...sandbox,
    advance(ms) {
      passed += ms;
      sandbox.advance(ms);
    },
    reset() {
      passed = 0;
      sandbox.reset();
    },
    async close() {
      await sandbox.close();
      // Whatever was asked and answered stands in what the hosts publish.
      if (sandbox.undocumented.length > 0) throw new Error(sandbox.undocumented.join('\n'));
    },
  };
  const stage: Stage = {
    sandbox: advancing,
    now,
    client(id, given, through = (send) => send) {
      const { clientSecret, appPrivateKey: _, ...settings } = sandbox.providers[id];
      return loadProvider({
        settings,
        now,
        clientSecrets: async () => [given ?? clientSecret],
        fetch: through(
          outbound({
            origins: originsOf(settings),
            // For what hangs: a real host on a busy machine takes seconds.
            timeout: 60_000,
            maxBytes: 1_000_000,
            now,
            random: () => 0,
            sleep: async () => {},
          }),
        ),
      });
    },
    async consent(id, choice) {
      const codeVerifier = randomVerifier();
      const { authorizeUrl } = await stage.client(id);
      const url = authorizeUrl({
        state: 'state',
        redirectUri,
        codeChallenge: codeChallenge(codeVerifier),
      });
      const back = await visitConsent(url, choice);
      return { code: back.searchParams.get('code') ?? '', redirectUri, codeVerifier };
    },
    async signIn(id, choice) {
      const client = await stage.client(id);
      const tokens = await client.exchange(await stage.consent(id, choice));
      const { login } = await client.identify(tokens.accessToken);
      return { client, tokens, access: { token: tokens.accessToken, login } };
    },
    jwt(id, forged = false) {
      const { appId = '', appPrivateKey = '' } = sandbox.providers[id];
      const privateKeyPem = forged ? strangersKey() : appPrivateKey;
      return appJwt({ privateKeyPem, appId, now: now() });
    },
  };
  return stage;
}

function strangersKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** What is there on all pages, one after the other. */
export async function everyPage<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let page = await list({});
  for (let pages = 1; ; pages += 1) {
    all.push(...page.items);
    if (page.next === undefined) return all;
    if (pages === 30) throw new Error('the list does not end');
    page = await list({ cursor: page.next });
  }
}

/** Code and reason of the failure in which the work ends. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<{ code: ErrorCode; reason: string | undefined }> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (raised: unknown) => raised,
  );
  if (!isForgebridgeError(error)) throw error;
  return { code: error.code, reason: error.details.reason };
}
