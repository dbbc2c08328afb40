import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Generator, lines } from '../generator.ts';
import { go } from './go.ts';

const here = import.meta.dirname;

export const oapiCodegen: Generator = {
  name: 'oapi-codegen',
  reads: '3.0.3',

  async prepare() {
    // go.mod pins it as a tool, so this compiles it.
    await go(['tool', 'oapi-codegen', '-version'], here);
  },

  async generate(description, folder) {
    for (const name of ['go.mod', 'go.sum', 'main.go']) {
      await copyFile(join(here, name), join(folder, name));
    }
    await mkdir(join(folder, 'forgebridge'));
    const { stdout, stderr } = await go(
      ['tool', 'oapi-codegen', '-generate', 'types,client', '-package', 'forgebridge']
        .concat(['-o', 'forgebridge/client.go'])
        .concat(description),
      folder,
    );
    return lines(stdout + stderr);
  },

  async run(folder, environment) {
    const { stdout } = await go(['run', '.'], folder, { ...environment });
    return stdout;
  },
};
