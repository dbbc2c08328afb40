import { browserEndpoint, browserSession, toLogin } from '../lib/edge/browser.ts';
import { submitForm } from '../lib/edge/new-form.ts';
import { newRepositoryPage } from '../lib/edge/new-page.ts';
import { buttonPage, homePage } from '../lib/edge/pages.ts';
import { openToAll } from '../lib/edge/pictures.ts';
import { pathAndQuery } from '../lib/edge/request.ts';

/** GET /, /new, /button and POST /new, with the pictures and the script to them: the page for people. */
export const handler = browserEndpoint(async (call) => {
  const { request, now } = call;
  const open = openToAll(request);
  if (open !== undefined) return open;
  const session = await browserSession(request, now);
  if (request.method === 'POST') return submitForm(call, session);
  if (session === undefined) return toLogin(request, pathAndQuery(request));
  if (request.path === '/button') return buttonPage(call, session);
  return request.path === '/new' ? newRepositoryPage(call, session) : homePage(call, session);
});
