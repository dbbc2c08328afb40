import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isForgebridgeError } from '../../../lib/errors.ts';
import { outbound } from '../../../lib/http/outbound.ts';
import { selfSigned } from '../../harness/certificate.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // it listens on a port, not on a pipe
}

/** What our way out makes of a request to that URL, and how often it was tried. */
async function asked(url: string, method = 'POST') {
  let pauses = 0;
  const send = outbound({
    origins: [url],
    timeout: 2_000,
    maxBytes: 1_000,
    now: Date.now,
    random: () => 0,
    sleep: async () => {
      pauses += 1;
    },
  });
  const error: unknown = await send(url, { method }).catch((raised: unknown) => raised);
  if (!isForgebridgeError(error)) throw new Error('there is no answer');
  const code = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;
  return { code: error.code, reason: error.details.reason, cause: code, pauses };
}

const day = 24 * 3_600_000;
const now = Date.now();
const valid = { from: new Date(now - day), until: new Date(now + day) };
const expired = { from: new Date(now - 2 * day), until: new Date(now - day) };

describe('a host whose certificate is not trusted', () => {
  test.each([
    ['signed by nobody', 'localhost', valid, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['that has expired', 'localhost', expired, 'CERT_HAS_EXPIRED'],
    ['of another name', 'elsewhere.example', valid, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])(
    'given one %s, when anything is asked, then no request leaves, that is certain, and it is not tried again',
    async (_, name, life, cause) => {
      let requests = 0;
      const server = createServer(selfSigned(name, life), (_request, response) => {
        requests += 1;
        response.end();
      });
      const url = `https://localhost:${await listening(server)}`;
      for (const method of ['POST', 'GET']) {
        expect(await asked(url, method)).toEqual({
          code: 'ProviderUnavailable',
          reason: 'certificate',
          cause,
          pauses: 0,
        });
      }
      expect(requests).toBe(0);
    },
  );
});

describe('a request that certainly never left', () => {
  test('given a host that speaks no TLS, when it is asked, then it cannot have acted', async () => {
    const server = createPlainServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const url = `https://localhost:${await listening(server)}`;
    expect((await asked(url)).code).toBe('ProviderUnavailable');
  });

  test('given a host that hangs up during the handshake, when it is asked, then it cannot have acted', async () => {
    const server = createPlainServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    const url = `https://localhost:${await listening(server)}`;
    expect(await asked(url)).toMatchObject({ code: 'ProviderUnavailable', cause: 'ECONNRESET' });
  });

  test('given nobody listens, when it is asked, then it cannot have acted', async () => {
    const server = createPlainServer();
    const url = `http://127.0.0.1:${await listening(server)}`;
    server.close();
    await once(server, 'close');
    expect(await asked(url)).toMatchObject({ code: 'ProviderUnavailable', cause: 'ECONNREFUSED' });
  });
});

test('given a host that hangs up after the request, when it was asked, then it may have acted', async () => {
  const server = createPlainServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.destroy());
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  expect((await asked(url)).code).toBe('ProviderTimeout');
});

describe('a connection that was kept and that the host ends as the next request goes out', () => {
  /** Answers one request on each connection; the next one over it is heard, and not answered. */
  async function oneEach() {
    let heard = 0;
    const server = createPlainServer((socket) => {
      let answered = false;
      socket.on('error', () => {});
      socket.on('data', () => {
        heard += 1;
        if (answered) return socket.resetAndDestroy();
        answered = true;
        return socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      });
    });
    const url = `http://127.0.0.1:${await listening(server)}`;
    const send = outbound({
      origins: [url],
      timeout: 2_000,
      maxBytes: 1_000,
      now: Date.now,
      random: () => 0,
      sleep: async () => {},
    });
    expect((await send(url)).status).toBe(200);
    await new Promise(setImmediate); // the connection goes back to those that are kept
    return { send: (method: string) => send(url, { method }), heard: () => heard };
  }

  test('given a request that only reads, then it is sent again and answered', async () => {
    const host = await oneEach();
    expect((await host.send('GET')).status).toBe(200);
    expect(host.heard()).toBe(3);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'given %s, then it is not sent again, and it may have acted',
    async (method) => {
      const host = await oneEach();
      const error: unknown = await host.send(method).catch((raised: unknown) => raised);
      expect(isForgebridgeError(error, 'ProviderTimeout')).toBe(true);
      expect(host.heard()).toBe(2);
    },
  );
});
