import { createServer, request } from 'node:http';
import { listen, type Service } from '../../infra/local/listen.ts';

/** The deployed HTTP API under an address that does not change and that browsers resolve. */
export interface Front extends Service {
  /** Sends what comes from now on to this API. */
  lead(apiId: string): void;
}

/**
 * Stands in front of MiniStack's execute-api as a custom domain stands in front of a real one.
 * MiniStack is addressed by path: by `Host` it would answer `/health` itself.
 */
export async function serveFront(ministackUrl: string): Promise<Front> {
  let prefix: string | undefined;
  const server = createServer((incoming, outgoing) => {
    if (prefix === undefined) return outgoing.writeHead(503).end();
    const { method, headers, url = '/' } = incoming;
    const sent = request(ministackUrl, { method, headers, path: prefix + url }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    sent.on('error', () => outgoing.writeHead(502).end());
    return incoming.pipe(sent);
  });
  const service = await listen(server, 0);
  return {
    ...service,
    lead(apiId) {
      prefix = `/_aws/execute-api/${apiId}/$default`;
    },
  };
}
