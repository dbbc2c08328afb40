import { browserEndpoint, browserSession, toLogin } from '../lib/edge/browser.ts';
import { submitForm } from '../lib/edge/new-form.ts';
import { newRepositoryPage } from '../lib/edge/new-page.ts';
import { homePage } from '../lib/edge/pages.ts';
import { picture } from '../lib/edge/pictures.ts';
import { pathAndQuery } from '../lib/edge/request.ts';

/** GET /, GET /new, POST /new and the pictures of it: the hosted page for people. */
export const handler = browserEndpoint(async (call) => {
  const { request, now } = call;
  const shown = picture(request);
  if (shown !== undefined) return shown;
  const session = await browserSession(request, now);
  if (request.method === 'POST') return submitForm(call, session);
  if (session === undefined) return toLogin(request, pathAndQuery(request));
  return request.path === '/new' ? newRepositoryPage(call, session) : homePage(call, session);
});
