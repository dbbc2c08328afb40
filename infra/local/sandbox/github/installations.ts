import type { Context, Hono } from 'hono';
import { defined } from '../../../../lib/primitives/defined.ts';
import { createAppCheck } from '../appjwt.ts';
import type { Host } from '../host.ts';
import { type Fields, fieldsOf, isoTime, paged, refuse, textsIn } from '../reply.ts';
import type { Wire } from '../wire.ts';
import { type Account, mayRead, mayWrite, type Repository } from '../world.ts';
import { type Access, notFound, permissionsOf } from './access.ts';
import { repositoryShape, userShape } from './shapes.ts';

const hourMs = 3_600_000;

function isWords(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}

/** The permissions asked for, when the installation has them all. */
function narrowed(
  fields: Fields,
  held: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const asked = fields.permissions;
  if (asked === undefined) return held;
  const known = isWords(asked) ? Object.entries(asked) : undefined;
  if (
    known?.every(
      ([name, level]) => held[name] === level || (held[name] === 'write' && level === 'read'),
    )
  ) {
    return Object.fromEntries(known);
  }
  refuse(422, {
    message: 'The permissions requested are not granted to this installation.',
    status: '422',
  });
}

function installationShape(host: Host, account: Account) {
  const { apiUrl, webUrl, appId, appSlug } = host.settings;
  const id = account.installation;
  return {
    id,
    account: userShape(host, account),
    access_tokens_url: `${apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${apiUrl}/installation/repositories`,
    html_url: `${webUrl}/organizations/${account.login}/settings/installations/${id}`,
    app_id: Number(appId),
    app_slug: appSlug,
    target_id: account.id,
    target_type: account.kind === 'user' ? 'User' : 'Organization',
    permissions: permissionsOf(host),
    events: ['push'],
    repository_selection: 'all',
    created_at: isoTime(account.createdAt),
    updated_at: isoTime(account.createdAt),
    suspended_at: null,
    suspended_by: null,
  };
}

/** Installations, as the app (JWT), as a user and with an installation's own token. */
export function mountInstallations(app: Hono<Wire>, host: Host, access: Access): void {
  const { apiUrl } = host.settings;
  const at = (path: string) => new URL(apiUrl).pathname + path;
  const refusal = createAppCheck(host);
  const installed = () => host.world.accounts.filter((each) => each.installation !== undefined);
  const ownedBy = (account: Account) =>
    host.world.repositories().filter((each) => each.owner === account);

  async function asApp(c: Context): Promise<void> {
    const reason = await refusal(c);
    if (reason !== undefined)
      refuse(401, {
        message: reason,
        documentation_url: 'https://docs.github.com/rest',
        status: '401',
      });
  }
  function page<T>(c: Context, items: readonly T[]) {
    const found = paged(c, items, new URL(c.req.path, apiUrl).href, 30);
    if (found.link !== undefined) c.header('link', found.link);
    return found;
  }
  const repositoryPage = (c: Context, items: readonly Repository[]) => {
    const found = page(c, items);
    const repositories = found.items.map((each) => repositoryShape(host, each, access.login(c)));
    return c.json({ total_count: found.total, repository_selection: 'all', repositories });
  };
  const accountOf = (c: Context) =>
    installed().find((each) => String(each.installation) === c.req.param('id')) ?? notFound();

  app.get(at('/app'), async (c) => {
    await asApp(c);
    return c.json({
      id: Number(host.settings.appId),
      slug: host.settings.appSlug,
      permissions: permissionsOf(host),
    });
  });
  app.get(at('/app/installations'), async (c) => {
    await asApp(c);
    return c.json(page(c, installed()).items.map((each) => installationShape(host, each)));
  });
  app.get(at('/app/installations/:id'), async (c) => {
    await asApp(c);
    return c.json(installationShape(host, accountOf(c)));
  });
  for (const path of ['/orgs/:owner', '/users/:owner', '/repos/:owner/:repo']) {
    app.get(at(`${path}/installation`), async (c) => {
      await asApp(c);
      const account = installed().find((each) => each.login === c.req.param('owner'));
      return c.json(installationShape(host, account ?? notFound()));
    });
  }
  app.post(at('/app/installations/:id/access_tokens'), async (c) => {
    await asApp(c);
    const account = accountOf(c);
    const fields = await fieldsOf(c);
    const permissions = narrowed(fields, permissionsOf(host));
    const names = textsIn(fields, 'repositories');
    const chosen = ownedBy(account).filter((each) => names?.includes(each.path));
    if (names !== undefined && chosen.length < names.length) {
      refuse(422, {
        message:
          'There is at least one repository that does not exist or is not accessible to the parent installation.',
        status: '422',
      });
    }
    const token = host.tokens.mint({
      grant: { login: account.login, scopes: [], redirectUri: '' },
      installation: {
        account: account.login,
        permissions,
        ...defined({ repositories: names }),
      },
      prefix: 'ghs_',
      length: host.options.installationTokenLength ?? 520,
      ms: hourMs,
    });
    return c.json(
      {
        token: token.value,
        expires_at: isoTime(host.now() + hourMs),
        permissions,
        repository_selection: names === undefined ? 'all' : 'selected',
        ...(names === undefined
          ? {}
          : { repositories: chosen.map((each) => repositoryShape(host, each, account.login)) }),
      },
      201,
    );
  });
  app.get(at('/installation/repositories'), (c) => {
    const { installation } = access.token(c);
    if (installation === undefined)
      refuse(403, {
        message:
          'You must authenticate with an installation access token in order to list repositories for an installation.',
        status: '403',
      });
    const all = ownedBy(host.world.account(installation.account) ?? notFound());
    return repositoryPage(
      c,
      all.filter((each) => installation.repositories?.includes(each.path) ?? true),
    );
  });

  const visibleTo = (login: string) => installed().filter((each) => mayWrite(each, login));
  app.get(at('/user/installations'), (c) => {
    const found = page(c, visibleTo(access.login(c)));
    const installations = found.items.map((each) => installationShape(host, each));
    return c.json({ total_count: found.total, installations });
  });
  app.get(at('/user/installations/:id/repositories'), (c) => {
    const login = access.login(c);
    const account = visibleTo(login).find((each) => each === accountOf(c)) ?? notFound();
    return repositoryPage(
      c,
      ownedBy(account).filter((each) => mayRead(each, login)),
    );
  });
}
