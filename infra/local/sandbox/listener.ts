import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { forItsOwner } from '../own-requests.ts';

/**
 * For `keepAliveTimeout`: an idle connection is the other side's to end. A process that serves and asks
 * itself would otherwise close, once it was busy for seconds, what it is just about to ask over.
 */
export const forAsLongAsWanted = 0;

export type Answer = (request: Request, env: HttpBindings) => Response | Promise<Response>;

export interface Listener {
  /** `http://localhost:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** A port that somebody else listens on. */
export class PortTaken extends Error {
  readonly port: number;
  constructor(port: number, cause: unknown) {
    super(`Port ${port} is taken.`, {
      cause,
    });
    this.port = port;
  }
}

/**
 * Listens on localhost; port 0 takes any free one.
 *
 * @throws PortTaken
 */
export async function listen(port: number, answer: Answer): Promise<Listener> {
  const fetch = (request: Request, env: unknown) =>
    // The server is plain HTTP/1.1, so these are its bindings.
    answer(request, env as HttpBindings);
  const server = forItsOwner(
    createAdaptorServer({ fetch, hostname: 'localhost', overrideGlobalObjects: false }),
  );
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = forAsLongAsWanted;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? new PortTaken(port, cause) : cause),
    );
    server.listen(port, 'localhost', resolve);
  });
  // A server that listens on a port has an address of this form.
  const address = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
