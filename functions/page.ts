import { browserEndpoint, browserSession, toLogin } from '../lib/edge/browser.ts';
import { homePage, newRepositoryPage, submitNewRepository } from '../lib/edge/pages.ts';
import { pathAndQuery } from '../lib/edge/request.ts';

/** GET /, GET /new, POST /new: the hosted page for people: connect, create, watch. */
export const handler = browserEndpoint(async (call) => {
  const { request, now } = call;
  const session = await browserSession(request, now);
  if (session === undefined) return toLogin(request, pathAndQuery(request));
  if (request.method === 'POST') return submitNewRepository(call, session);
  return request.path === '/new' ? newRepositoryPage(call, session) : homePage(call, session);
});
