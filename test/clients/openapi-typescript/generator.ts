import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from '../cache.ts';
import { type Generator, lines, run } from '../generator.ts';

const here = import.meta.dirname;

/** A `node_modules` with what package-lock.json pins; the generator wants another TypeScript. */
async function packages(): Promise<string> {
  const wanted = await readFile(join(here, 'package-lock.json'));
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const folder = join(cache, `npm-${digest}`);
  const finished = join(folder, 'finished');
  if (!existsSync(finished)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) {
      await copyFile(join(here, name), join(folder, name));
    }
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
    await writeFile(finished, '');
  }
  return join(folder, 'node_modules');
}

export const openapiTypescript: Generator = {
  name: 'openapi-typescript',
  reads: '3.1',

  async prepare() {
    await packages();
  },

  async generate(description, folder) {
    const program = join(await packages(), '.bin/openapi-typescript');
    const { stdout, stderr } = await run(program, [
      ...[description, '--output', join(folder, 'forgebridge.d.ts')],
    ]);
    // Its greeting, and what it has written.
    return lines(stdout + stderr).filter((line) => !/^(✨ openapi-typescript|🚀 )/.test(line));
  },

  async run(folder, environment) {
    const modules = await packages();
    await symlink(modules, join(folder, 'node_modules'));
    for (const name of ['package.json', 'tsconfig.json', 'main.ts']) {
      await copyFile(join(here, name), join(folder, name));
    }
    await run(join(modules, '.bin/tsc'), ['--project', folder]);
    const { stdout } = await run(process.execPath, ['main.ts'], { cwd: folder, environment });
    return stdout;
  },
};
