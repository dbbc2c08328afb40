import { createServer } from 'node:http';

/** A server that answers as API Gateway does when a stage is over its throttle. */
export interface Throttling {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startThrottling(): Promise<Throttling> {
  const server = createServer((_request, response) => {
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
