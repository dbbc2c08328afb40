import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A folder that this process keeps the stack's data in, and nobody else until it is left. */
export interface ClaimedFolder {
  leave(): Promise<void>;
}

/**
 * Takes the folder for one stack. A local socket of its name stands for it: whoever connects is told
 * the address of the stack, and it ends with the process however that ends.
 *
 * @throws Error that says where the stack that has the folder answers, and what to do.
 */
export async function claimFolder(folder: string, publicUrl: string): Promise<ClaimedFolder> {
  const path = socketOf(realpathSync(folder));
  const claimed = await listenAt(path, publicUrl);
  if (claimed !== undefined) return claimed;
  const there = await addressAt(path);
  if (there !== undefined) throw new Error(runsAlready(folder, there, publicUrl));
  // Nobody answers: what a process left that was killed.
  rmSync(path, { force: true });
  const after = await listenAt(path, publicUrl);
  if (after === undefined) throw new Error(runsAlready(folder, 'another address', publicUrl));
  return after;
}

function runsAlready(folder: string, address: string, wanted: string): string {
  const port = Number(new URL(wanted).port);
  return (
    `forgebridge runs already on ${folder}: ${address}/\n` +
    'Use that one, or end it first: Ctrl-C where it was started. For a second one beside it, start ' +
    `from another checkout, with ports of its own (PORT_GATEWAY=${port + 1000} and so on).`
  );
}

/** Short whatever the folder's path is: the path of a socket has 104 bytes on macOS. */
function socketOf(folder: string): string {
  const name = `forgebridge-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Undefined when the path is taken. */
async function listenAt(path: string, publicUrl: string): Promise<ClaimedFolder | undefined> {
  const server = createServer((socket) => {
    // Who asks may go before it has read.
    socket.on('error', () => {});
    socket.end(publicUrl);
  });
  server.listen(path);
  try {
    await once(server, 'listening');
  } catch (error) {
    // `once` hands on the server's own error.
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  return {
    leave: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** The address of the stack that answers there; undefined when none does. */
async function addressAt(path: string): Promise<string | undefined> {
  try {
    return await text(connect(path));
  } catch {
    return undefined;
  }
}
