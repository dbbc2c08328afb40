import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen, type Service } from '../../../infra/local/listen.ts';

/**
 * - `throttle`: refused without being done
 * - `echo`: done, but the reply is lost, so the SDK sends it again
 * - `refused`: not done, for the reason of that name
 */
export type Disturbance = 'none' | 'throttle' | 'echo' | { readonly refused: string };

/** A DynamoDB in front of another, which disturbs requests as `disturb` says. */
export function startUnreliableTable(
  url: string,
  disturb: (operation: string) => Disturbance,
): Promise<Service> {
  return listen(
    createServer(async (request, response) => {
      const body = await buffer(request);
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const disturbance = disturb(operation);
      if (disturbance === 'throttle' || typeof disturbance === 'object') {
        const __type = disturbance === 'throttle' ? 'ThrottlingException' : disturbance.refused;
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type, message: 'Not now' }));
        return;
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const answer = await fetch(url, {
        method: 'POST',
        // Node gives lists for a few headers only, none of which the SDK sends.
        headers: headers as Record<string, string>,
        body,
      });
      const text = await answer.text();
      if (disturbance === 'echo') {
        request.socket.destroy();
        return;
      }
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { 'content-type': type }).end(text);
    }),
    0,
  );
}
