import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Host } from './host.ts';
import { page } from './page.ts';
import { formOf } from './reply.ts';
import type { Wire } from './wire.ts';
import { type Account, fullName, importState, type Repository } from './world.ts';

function repositoryPage(host: Host, repository: Repository) {
  const branches = [...repository.branches.keys()];
  const files = [...(host.world.tree(repository, repository.defaultBranch) ?? [])];
  const { status } = importState(repository, host.now());
  return html`<h1>${fullName(repository)}</h1><p>${repository.description}</p>
<p>${repository.visibility}, branches: ${branches.join(', ') || 'none yet'}${status === 'none' ? '' : `, import: ${status}`}</p>
${files.map(([path, { sha }]) => html`<h2>${path}</h2><pre>${host.world.objects.blob(sha)?.toString() ?? ''}</pre>`)}`;
}

function installForm(host: Host, path: string) {
  return html`<h1>Install ${host.settings.appSlug}</h1><form method="post" action="${path}">
${host.world.accounts.map(
  ({ login, installation }) =>
    html`<label><input type="radio" name="account" value="${login}" required> ${login}${installation === undefined ? '' : ' (installed)'}</label>`,
)}<p><button name="action" value="install">Install</button>
<button name="action" value="request">Ask an owner to install</button></p></form>`;
}

/** As an app's setup URL is called: what was done, and which installation, once there is one. */
function setupCallback(host: Host, { installation }: Account, action: string): string {
  const url = new URL(host.setupUrl ?? '');
  if (installation !== undefined) url.searchParams.set('installation_id', String(installation));
  url.searchParams.set('setup_action', action);
  return url.href;
}

/**
 * Pages for people: what is here, one repository, and the app's installation page. Mounted last:
 * every path that nothing else took is a repository's address.
 */
export function mountWeb(app: Hono<Wire>, host: Host, installPath?: string): void {
  const show = (c: Context, body: ReturnType<typeof html>, status: 200 | 404 = 200) =>
    c.html(page(host.settings.name, body), status);

  app.get('/', (c) => {
    const all = host.world.repositories();
    const items = all.map(
      (each) => html`<li><a href="/${fullName(each)}">${fullName(each)}</a></li>`,
    );
    return show(c, html`<h1>Repositories</h1><ul>${items}</ul>`);
  });
  if (installPath !== undefined) {
    app.get(installPath, (c) => show(c, installForm(host, installPath)));
    app.post(installPath, async (c) => {
      const { account: login = '', action = 'install' } = await formOf(c);
      const account = host.world.account(login);
      if (account === undefined) return show(c, html`<p>No such account.</p>`, 404);
      if (action !== 'request') account.installation ??= account.id;
      if (host.setupUrl !== undefined) return c.redirect(setupCallback(host, account, action));
      return show(c, html`<h1>Installed</h1><p>The app may act in ${account.login} now.</p>`);
    });
  }
  app.get('/:name{.+}', (c) => {
    const repository = host.world.repository(c.req.param('name').replace(/\.git$/, ''));
    if (repository === undefined) return show(c, html`<h1>404</h1><p>Nothing is here.</p>`, 404);
    return show(c, repositoryPage(host, repository));
  });
}
