import { existsSync } from 'node:fs';
import { chmod, glob, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, fetched } from '../cache.ts';
import { run } from '../generator.ts';

/** Go for machines without it, as `GOTOOLCHAIN` fetches it, by Node's names for the processor. */
const toolchains = {
  x64: toolchain('amd64', '30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7'),
  arm64: toolchain('arm64', '02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99'),
};

function toolchain(processor: string, sha256: string) {
  const release = `v0.0.1-go1.26.8.linux-${processor}`;
  const url = `https://proxy.golang.org/golang.org/toolchain/@v/${release}.zip`;
  return { release, url, sha256 };
}

/** Keeps modules and what was compiled beside the other downloads, and needs no C compiler. */
const environment = {
  CGO_ENABLED: '0',
  GOMODCACHE: join(cache, 'go/modules'),
  GOCACHE: join(cache, 'go/built'),
  GOFLAGS: '-modcacherw',
};

/** Runs `go` in a folder. @returns all that it printed. */
export async function go(args: readonly string[], cwd: string, more: Record<string, string> = {}) {
  return run(await goProgram(), args, { cwd, environment: { ...environment, ...more } });
}

/** @throws Error when there is no Go here, and none can be had for this machine. */
async function goProgram(): Promise<string> {
  // From 1.21 on, Go fetches the release that go.mod asks for.
  if (await run('go', ['version']).then(isNew, () => false)) return 'go';
  const { platform, arch } = process;
  if (platform !== 'linux' || !(arch === 'x64' || arch === 'arm64')) {
    throw new Error('Install Go 1.26 or newer: there is none here.');
  }
  return unpacked(toolchains[arch]);
}

function isNew({ stdout }: { stdout: string }): boolean {
  const [, minor] = /\bgo1\.(\d+)/.exec(stdout) ?? [];
  return Number(minor) >= 21;
}

async function unpacked({ release, ...archive }: ReturnType<typeof toolchain>): Promise<string> {
  const folder = join(cache, 'go', release);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    const zip = ['-m', 'zipfile', '-e', await fetched(archive), unfinished];
    await run(process.env.PYTHON ?? 'python3', zip);
    const root = join(unfinished, `golang.org/toolchain@${release}`);
    for await (const program of glob('{bin,pkg/tool/*}/*', { cwd: root })) {
      await chmod(join(root, program), 0o755);
    }
    await rename(root, folder);
    await rm(unfinished, { recursive: true });
  }
  return join(folder, 'bin/go');
}
