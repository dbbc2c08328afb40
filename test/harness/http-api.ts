import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen, type Service } from '../../infra/local/listen.ts';
import { eventOf } from './events.ts';
import { sendMessage, sendResult } from './replies.ts';
import { type DeployedFunction, matchRoute, type Route } from './routes.ts';

/** An HTTP API gives up after so many milliseconds. */
const integrationTimeout = 30_000;
const largestBody = 10 * 1024 * 1024;

/**
 * API Gateway's HTTP API in front of functions: its events, its replies, its own refusals. `look` sees
 * each reply of a function; what it throws is answered in the reply's place. Its patience lasts `slower`
 * times as long as deployed.
 */
export function serveHttpApi(
  routes: readonly Route[],
  run: (target: DeployedFunction, event: unknown) => Promise<unknown>,
  look: (route: Route, result: unknown) => void = () => {},
  slower = 1,
): Promise<Service> {
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const path = request.url?.replace(/\?.*$/s, '') ?? '/';
    const match = matchRoute(routes, request.method ?? 'GET', path);
    const body = await buffer(request);
    if (match === undefined) return sendMessage(response, 404, 'Not Found');
    if (body.byteLength > largestBody) return sendMessage(response, 413, 'Request Too Long');
    const giveUp = () => sendMessage(response, 503, 'Service Unavailable');
    const timer = setTimeout(giveUp, integrationTimeout * slower);
    try {
      const result = await run(match.route.target, eventOf(request, body, match));
      look(match.route, result);
      sendResult(response, result);
    } catch (error) {
      // Lambda logs what a function throws; the caller is told nothing.
      process.stdout.write(`${error instanceof Error ? error.stack : error}\n`);
      sendMessage(response, 500, 'Internal Server Error');
    } finally {
      clearTimeout(timer);
    }
  }
  const server = createServer((request, response) => void answer(request, response));
  return listen(server, 0);
}
