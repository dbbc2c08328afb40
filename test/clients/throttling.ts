import { createServer } from 'node:http';

/**
 * A server that answers as API Gateway does when a stage is over its throttle; of one connection it says
 * what only a later version says.
 */
export interface Throttling {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startThrottling(): Promise<Throttling> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/connections/')) {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify(laterProblem));
      return;
    }
    response.writeHead(429, { 'content-type': 'application/json' });
    response.end('{"message":"Too Many Requests"}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** With a code that nobody knows yet. */
const laterProblem = {
  type: 'urn:forgebridge:problem:OfLater',
  title: 'A later version says so.',
  status: 404,
  code: 'OfLater',
  requestId: 'request',
};
