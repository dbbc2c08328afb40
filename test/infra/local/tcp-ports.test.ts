import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { checkPorts, choosePorts, ports } from '../../../infra/local/tcp-ports.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function occupy(port: number, host: string): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => server.listen(port, host, resolve));
}

describe('ports', () => {
  test('given no variables, when ports are chosen, then the page is at 3000 and no two parts share one', () => {
    const chosen = Object.values(choosePorts({}));
    expect(choosePorts({}).gateway).toBe(3000);
    expect(new Set(chosen).size).toBe(chosen.length);
  });

  test('given a first port, when ports are chosen, then each part has one in a row from there', () => {
    const chosen = Object.values(choosePorts({ PORT_GATEWAY: '9' }, 5000));
    expect(chosen).toEqual(Object.keys(ports).map((_, index) => 5000 + index));
  });

  test.each(['x', '0', '65536', '3000.5', ''])(
    'given the variable %j, when ports are chosen, then it is refused by name',
    (value) => {
      expect(() => choosePorts({ PORT_GATEWAY: value })).toThrow('PORT_GATEWAY');
    },
  );

  test.each(['127.0.0.1', '::'])(
    'given a port taken at %s, when ports are checked, then port, part and remedy are named',
    async (host) => {
      await occupy(21_107, host);
      const chosen = choosePorts({ PORT_PRODUCT: '21107' }, undefined);
      const free = { ...choosePorts({}, 21_200), product: chosen.product };
      await expect(checkPorts(free)).rejects.toThrow(
        /Port 21107 is taken, and the demo product would.*PORT_PRODUCT=22107 npm start/s,
      );
    },
  );

  test('given free ports, when they are checked, then nothing is said', async () => {
    await expect(checkPorts(choosePorts({}, 21_300))).resolves.toBeUndefined();
  });
});
