import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import plugins from '../../../infra/esbuild-plugins.ts';

const root = join(import.meta.dirname, '../../..');

/** What of our own code a function's bundle holds, and its text. */
async function bundle(name: string) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`functions/${name}.ts`],
    outdir: 'functions',
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    metafile: true,
    write: false,
    plugins,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const held = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  return { held, text: outputFiles.map(({ text }) => text).join('\n') };
}

const opening = ['lib/sealing/sealing.ts', 'lib/vault/access.ts', 'lib/vault/tokens.ts'];

describe('C23 the functions that accept, show and cancel a creation', () => {
  test.each(['createRepository', 'page', 'getOperation', 'listOperations', 'cancelOperation'])(
    'C23 given the bundle of %s, when opened, then nothing in it opens a token or names the key for it',
    async (name) => {
      const { held, text } = await bundle(name);
      expect(held).toContain('lib/operations/store.ts');
      expect(held.filter((path) => opening.includes(path))).toEqual([]);
      expect(text).not.toContain('keys/open');
    },
  );

  test('C23 given the bundle of a step, when opened, then it is all there', async () => {
    const { held, text } = await bundle('forkRepo');
    expect(held).toEqual(expect.arrayContaining(opening));
    expect(text).toContain('keys/open');
  });

  test.each(['getOperation', 'listOperations', 'cancelOperation'])(
    'given the bundle of %s, when opened, then no client of a host is in it',
    async (name) => {
      const { held } = await bundle(name);
      expect(held.filter((path) => path.startsWith('lib/providers/github'))).toEqual([]);
    },
  );
});
