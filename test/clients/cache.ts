import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the generators need is fetched once, and kept outside the repository. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'forgebridge');

/** A file at an address, and the hash of what must be there. */
export interface Pinned {
  readonly url: string;
  /** In hex. */
  readonly sha256: string;
}

/** @returns where the file is now. @throws Error when it cannot be had or is not what it was. */
export async function fetched({ url, sha256 }: Pinned): Promise<string> {
  const path = join(cache, 'downloads', `${sha256.slice(0, 16)}-${url.split('/').at(-1)}`);
  if (existsSync(path)) return path;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const content = Buffer.from(await response.arrayBuffer());
  const digest = createHash('sha256').update(content).digest('hex');
  if (digest !== sha256) throw new Error(`${url} is not what it was: its SHA-256 is ${digest}.`);
  await put(path, content);
  return path;
}

/** Appears whole or not at all, also when two fetch it at once. */
async function put(path: string, content: Buffer): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}
