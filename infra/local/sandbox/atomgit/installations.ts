import type { Context, Hono } from 'hono';
import { createAppCheck } from '../appjwt.ts';
import type { Host } from '../host.ts';
import { isoTime, paged, refuse } from '../reply.ts';
import type { Wire } from '../wire.ts';
import type { Account } from '../world.ts';

const hourMs = 3_600_000;

const permissions = {
  emails: 'write',
  checks: 'write',
  contents: 'write',
  keys: 'write',
  statuses: 'write',
};

/** Some installations list their events as the halves of a broken JSON text. */
const garbledEvents = ['{"code":"push"', '"desc":"push event"}'];

function installationShape({ settings }: Host, account: Account) {
  const id = account.installation ?? 0;
  const organizationId = account.id.toString(16).padStart(24, '0');
  const at = isoTime(account.createdAt, '+08:00').replace(/\.\d+/, '');
  return {
    access_tokens_url: `${settings.apiUrl}/app/installations/${id}/access_tokens`,
    account: {
      id: account.id,
      org_name: account.name,
      organization_id: organizationId,
      path: account.login,
    },
    app_id: Number(settings.appId),
    app_slug: settings.appSlug,
    created_at: at,
    events: id % 10 === 8 ? garbledEvents : ['push'],
    id,
    permissions,
    repository_selection: 'ALL',
    target_id: organizationId,
    updated_at: at,
  };
}

/** What the app does as itself: list installations, get a token for one. */
export function mountInstallations(app: Hono<Wire>, host: Host): void {
  const refusal = createAppCheck(host);
  const installed = () => host.world.accounts.filter((each) => each.installation !== undefined);

  async function asApp(c: Context): Promise<void> {
    const reason = await refusal(c);
    if (reason !== undefined) refuse(401, { message: `401 Unauthorized: ${reason}` });
  }
  app.get('/app/installations', async (c) => {
    await asApp(c);
    const page = paged(c, installed(), `${host.settings.apiUrl}/app/installations`);
    if (host.options.atomgitLinkHeader === true && page.link !== undefined)
      c.header('link', page.link);
    return c.json(page.items.map((each) => installationShape(host, each)));
  });
  app.post('/app/installations/:id/access_tokens', async (c) => {
    await asApp(c);
    const account = installed().find((each) => String(each.installation) === c.req.param('id'));
    if (account === undefined) refuse(404, { message: 'Not Found' });
    const { value } = host.tokens.mint({
      grant: { login: account.login, scopes: [], redirectUri: '' },
      installation: { account: account.login, permissions },
      prefix: 'ats_',
      length: host.options.installationTokenLength ?? 36,
      ms: hourMs,
    });
    const expires_at = isoTime(host.now() + hourMs, '+08:00');
    const body = { expires_at, permissions, repository_selection: 'ALL', token: value };
    return c.json(body, host.options.atomgitTokenStatus ?? 201);
  });
}
