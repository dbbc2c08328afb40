import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Host } from './host.ts';
import { page } from './page.ts';
import { formOf } from './reply.ts';
import type { Wire } from './wire.ts';

/** What sets one host's authorization endpoint apart from the others. */
export interface ConsentRules {
  readonly path: string;
  /** Whether the host knows PKCE; if not, challenges are ignored. */
  readonly pkce: boolean;
  /** Missing: the host takes no scope. */
  readonly scopes?: readonly string[];
  /** What happens to an unknown scope. */
  readonly unknownScope: 'drop' | 'refuse';
  readonly denial: Readonly<Record<string, string>>;
  /** Extra parameters of every callback. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Sent to the registered address when the asked-for one is not registered; missing: a page. */
  readonly mismatch?: Readonly<Record<string, string>>;
}

interface Pending {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly challenge: string | undefined;
  readonly scopes: readonly string[];
}

function isRegistered(host: Host, redirectUri: string): boolean {
  const registered = host.options.redirectUris?.[host.settings.id];
  if (registered !== undefined) return registered.includes(redirectUri);
  return URL.canParse(redirectUri) && /^https?:\/\/(localhost|127\.0\.0\.1)[:/]/.test(redirectUri);
}

function callback(
  pending: Pick<Pending, 'redirectUri' | 'state'>,
  parameters: Readonly<Record<string, string>>,
): string {
  const url = new URL(pending.redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (pending.state !== undefined) url.searchParams.set('state', pending.state);
  return url.href;
}

function trouble(c: Context, host: Host, text: string): Response | Promise<Response> {
  const body = html`<h1>Cannot continue</h1><p>${text}</p>`;
  return c.html(page(host.settings.name, body), 400);
}

function scopesOf(asked: string | undefined, rules: ConsentRules): string[] | 'unknown' {
  const known = rules.scopes ?? [];
  const words = (asked ?? '').split(/[ ,]/).filter((word) => word !== '');
  if (rules.unknownScope === 'drop') return words.filter((word) => known.includes(word));
  return words.every((word) => known.includes(word)) ? words : 'unknown';
}

function form(host: Host, rules: ConsentRules, transaction: string, pending: Pending) {
  const users = host.world.accounts.filter((account) => account.kind === 'user');
  return html`<h1>Authorize forgebridge</h1>
<p>The application <b>${host.settings.clientId}</b> asks for access to your account.
It will send you back to <code>${pending.redirectUri}</code>.</p>
<form method="post" action="${rules.path}/decision">
<input type="hidden" name="transaction" value="${transaction}">
<fieldset><legend>Account</legend>
${users.map(
  ({ login }, index) => html`<label><input type="radio" name="account" value="${login}"
${index === 0 ? 'checked' : ''}> ${login}</label>`,
)}</fieldset>
${
  pending.scopes.length === 0
    ? ''
    : html`<fieldset><legend>Permissions (tick one to withhold it)</legend>
${pending.scopes.map(
  (scope) => html`<label><input type="checkbox" name="withhold" value="${scope}"> ${scope}</label>`,
)}</fieldset>`
}
<p><button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" class="quiet">Deny</button></p>
</form>`;
}

/**
 * The authorization endpoint (RFC 6749 section 4.1.1, RFC 7636): a page with Allow and Deny whose
 * form goes to `{path}/decision`.
 */
export function mountConsent(app: Hono<Wire>, host: Host, rules: ConsentRules): void {
  const pendings = new Map<string, Pending>();
  const registered = host.options.redirectUris?.[host.settings.id]?.[0];
  let opened = 0;

  function notRegistered(c: Context, state: string | undefined): Response | Promise<Response> {
    if (rules.mismatch === undefined || registered === undefined) {
      return trouble(c, host, 'The redirect URI is not registered for this application.');
    }
    return c.redirect(callback({ redirectUri: registered, state }, rules.mismatch));
  }

  app.get(rules.path, (c) => {
    if (c.req.query('client_id') !== host.settings.clientId) {
      return trouble(c, host, 'Client authentication failed: this client_id is not known.');
    }
    const redirectUri = c.req.query('redirect_uri') ?? registered ?? '';
    const state = c.req.query('state');
    if (!isRegistered(host, redirectUri)) return notRegistered(c, state);
    const refuse = (error: string, error_description: string) =>
      c.redirect(callback({ redirectUri, state }, { error, error_description, ...rules.extra }));
    const scopes = scopesOf(c.req.query('scope'), rules);
    if (scopes === 'unknown') {
      return refuse('invalid_scope', 'The requested scope is invalid, unknown, or malformed.');
    }
    const challenge = rules.pkce ? c.req.query('code_challenge') : undefined;
    if (challenge !== undefined && c.req.query('code_challenge_method') !== 'S256') {
      return refuse('invalid_request', 'The code_challenge_method must be S256.');
    }
    const transaction = String(++opened);
    const pending = { redirectUri, state, challenge, scopes };
    pendings.set(transaction, pending);
    return c.html(page(host.settings.name, form(host, rules, transaction, pending)));
  });

  app.post(`${rules.path}/decision`, async (c) => {
    const sent = new URLSearchParams(await c.req.text());
    const { transaction = '', decision, account } = await formOf(c);
    const pending = pendings.get(transaction);
    if (pending === undefined) return trouble(c, host, 'This page was used already.');
    pendings.delete(transaction);
    if (decision !== 'allow') {
      return c.redirect(callback(pending, { ...rules.denial, ...rules.extra }), 302);
    }
    const user = host.world.account(account ?? 'sandbox-user');
    if (user === undefined) return trouble(c, host, 'No such account.');
    const withheld = sent.getAll('withhold');
    const scopes = pending.scopes.filter((scope) => !withheld.includes(scope));
    const grant = { login: user.login, scopes, redirectUri: pending.redirectUri };
    const code = host.tokens.issueCode(grant, pending.challenge);
    return c.redirect(callback(pending, { code, ...rules.extra }), 302);
  });
}
