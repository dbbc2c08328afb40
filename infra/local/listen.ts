import type { Server } from 'node:http';
import { forAsLongAsWanted } from './sandbox/listener.ts';

/** Something that answers at `url` until it is stopped. */
export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** The host of every local address: browsers keep `Secure` cookies on plain http only there. */
export const host = 'localhost';

/** Serves on `http://localhost:{port}`, or at another name; port 0 takes any that is free. */
export async function listen(server: Server, port: number, at: string = host): Promise<Service> {
  server.keepAliveTimeout = forAsLongAsWanted;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, at, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    url: `http://${at}:${address.port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
