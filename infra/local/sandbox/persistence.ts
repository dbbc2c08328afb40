import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { HostData } from './host.ts';
import type { HostId } from './registry.ts';

/** All of a sandbox that outlives it. */
export interface SandboxData {
  /** Milliseconds by which the sandbox clock was moved forward. */
  readonly advanced: number;
  readonly appPrivateKey: string;
  readonly hosts: Readonly<Record<HostId, HostData>>;
}

/** Keeps a sandbox's data in a folder. Without a folder every member does nothing. */
export interface Persistence {
  /** What an earlier sandbox left there. */
  readonly found: SandboxData | undefined;
  /** From now on changes are written: `current` is asked for what there is. */
  begin(current: () => SandboxData): void;
  /** Something changed: it is written within a fifth of a second, along with what follows. */
  changed(): void;
  /** Writes what is not written yet, and nothing from then on. */
  close(): void;
}

/** To be counted up whenever the shape of {@link SandboxData} or anything in it changes. */
const version = 2;
const writeWithinMs = 200;

/**
 * The file is one line, `forgebridge-sandbox {version} {SHA-256 of the rest}`, and the data as
 * node:v8 writes it, which keeps Maps, Buffers and which objects are the same.
 */
function encode(data: SandboxData): Buffer {
  const body = serialize(data);
  return Buffer.concat([Buffer.from(`${headOf(body)}\n`), body]);
}

function headOf(body: Buffer): string {
  const digest = createHash('sha256').update(body).digest('hex');
  return `forgebridge-sandbox ${version} ${digest}`;
}

function decode(content: Buffer): SandboxData | undefined {
  const end = content.indexOf('\n');
  const body = content.subarray(end + 1);
  if (content.toString('latin1', 0, Math.max(end, 0)) !== headOf(body)) return undefined;
  // The head says that this version wrote these very bytes, so they have this shape.
  return deserialize(body) as SandboxData;
}

function read(file: string, log: (line: string) => void): SandboxData | undefined {
  if (!existsSync(file)) return undefined;
  const data = decode(readFileSync(file));
  if (data === undefined) {
    renameSync(file, `${file}.old`);
    log(`${file} is broken or of another version. It is ${file}.old now; the sandbox begins anew.`);
  }
  return data;
}

/** Reads what `folder` holds. A file that cannot be used is put aside, and `log` is told. */
export function createPersistence(
  folder: string | undefined,
  log: (line: string) => void,
): Persistence {
  if (folder === undefined) {
    return { found: undefined, begin() {}, changed() {}, close() {} };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'state');
  let current: (() => SandboxData) | undefined;
  let timer: NodeJS.Timeout | undefined;

  function write() {
    timer = undefined;
    if (current === undefined) return;
    try {
      // Written whole and then renamed, so that a reader never meets half a file.
      writeFileSync(`${file}.new`, encode(current()), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      log(`The sandbox could not be kept: ${error}`);
    }
  }
  function changed() {
    if (current !== undefined) timer ??= setTimeout(write, writeWithinMs);
  }
  return {
    found: read(file, log),
    begin(source) {
      current = source;
      changed();
    },
    changed,
    close() {
      clearTimeout(timer);
      write();
      current = undefined;
    },
  };
}
