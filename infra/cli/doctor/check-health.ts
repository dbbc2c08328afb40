import * as z from 'zod/mini';
import type { ProviderSettings } from '../../../lib/providers/provider.ts';
import type { Deployment, DoctorPorts } from './examined.ts';
import { type Finding, mend, ok } from './finding.ts';

const statusSchema = z.object({ status: z.enum(['ok', 'incomplete']) });
const healthSchema = z.object({
  // Not said by deployments of before.
  settings: z._default(z.string(), 'ready'),
  sealing: z.string(),
  login: z.string(),
  providers: z.array(z.object({ id: z.string(), state: z.string() })),
});
type Health = z.output<typeof healthSchema>;

/** Milliseconds until a deployment that says nothing counts as unreachable. */
const patience = 35_000;
/** Milliseconds that two clocks may lie apart (lib/lease/timing.ts counts on it). */
const toleratedSkew = 2_000;

/** What GET /health says, and how: over TLS, with the right time. */
export async function checkHealth(
  { url, stage, providers, apiKey }: Deployment,
  { fetch, now }: Pick<DoctorPorts, 'fetch' | 'now'>,
): Promise<readonly Finding[]> {
  const tls = checkTls(url);
  const asked = now();
  let answer: Response;
  let body: string;
  try {
    const signal = AbortSignal.timeout(patience);
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    answer = await fetch(`${url}/health`, { redirect: 'manual', signal, headers });
    body = await answer.text();
  } catch (error) {
    return [tls, mend(`${url}/health cannot be reached (${reasonOf(error)}): check --url`)];
  }
  const clock = checkClock(answer.headers.get('date'), asked, now());
  const said = answer.status === 200 ? parseOr(body) : undefined;
  const health = healthSchema.safeParse(said);
  const short = statusSchema.safeParse(said);
  if (!health.success && short.success) {
    return [tls, ok(`${url}/health answers`), clock, checkStatus(short.data.status)];
  }
  if (!health.success) {
    const wrong = `${url}/health answers ${answer.status}, and not as forgebridge does`;
    return [tls, mend(`${wrong}: check --url, then the logs of the function health`), clock];
  }
  return [
    tls,
    ok(`${url}/health answers`),
    clock,
    ...checkParts(health.data, stage),
    ...checkProviders(providers, health.data, stage),
  ];
}

/** All that a stranger is told. */
function checkStatus(status: 'ok' | 'incomplete'): Finding {
  return status === 'ok'
    ? ok('the deployment has all it needs')
    : mend(
        'the deployment lacks something: set FORGEBRIDGE_API_KEY to an API key, to be told what',
      );
}

function checkTls(url: string): Finding {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return ok('the address is https');
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    ? ok('the address is on this machine, where http is enough')
    : mend(`${url} is not https: cookies and tokens need TLS. Give the https address`);
}

/**
 * The answer was dated between the question and its arrival, and `Date` names whole seconds; only
 * what lies outside of that is skew.
 */
function checkClock(header: string | null, asked: number, answered: number): Finding {
  const date = Date.parse(header ?? '');
  if (Number.isNaN(date)) return mend('the answer has no Date: no clock to compare with');
  const skew = Math.max(0, date - answered, asked - (date + 999));
  return skew > toleratedSkew
    ? mend(
        `the clocks of this machine and of the deployment are ${Math.round(skew / 1000)} s apart: ` +
          'set this one by NTP and look again; if it is right, ask AWS',
      )
    : ok('the clocks of this machine and of the deployment agree');
}

function checkParts({ sealing, login }: Health, stage: string): readonly Finding[] {
  return [
    sealing === 'ready'
      ? ok('the functions read the sealing key')
      : mend(
          `the functions have no sealing key (${sealing}): npm run keys -- new --stage ${stage}`,
        ),
    login === 'ready'
      ? ok('LOGIN_URL is set')
      : mend(`nobody can sign in (${login}): set LOGIN_URL and deploy again`),
  ];
}

function checkProviders(
  providers: readonly ProviderSettings[],
  health: Health,
  stage: string,
): readonly Finding[] {
  if (health.settings !== 'ready') {
    const wrong = `the providers file that was deployed has a mistake (${health.settings})`;
    return [mend(`${wrong}: npm run package says where; correct it and deploy again`)];
  }
  return providers.map((settings) => checkProvider(settings, health, stage));
}

function checkProvider({ id, ...here }: ProviderSettings, health: Health, stage: string): Finding {
  const state = health.providers.find((each) => each.id === id)?.state;
  const disabled = here.disabled === true;
  if (state === undefined || (state === 'disabled') !== disabled) {
    return mend(`${id}: the deployment has other settings than infra/providers.yml: deploy again`);
  }
  if (state === 'ready') return ok(`${id}: ready`);
  if (state === 'disabled') return ok(`${id}: switched off`);
  if (state !== 'client_id_missing') {
    return mend(`${id}: its client secret (${state}): npm run configure -- --stage ${stage}`);
  }
  return here.clientId === ''
    ? mend(`${id}: no client id: give it one in infra/providers.yml, or disabled: true, and deploy`)
    : mend(`${id}: the deployment does not have its client id yet: deploy again`);
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" for everything; what failed is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause ? String(cause.code) : cause.name;
}
