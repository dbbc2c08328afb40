import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { parse } from 'yaml';

/**
 * Turns imported YAML into plain data at build time, so that no YAML parser is shipped.
 * `PROVIDERS_FILE` names another providers file than `infra/providers.yml` for this build.
 */
const yaml: Plugin = {
  name: 'yaml',
  setup(build) {
    build.onLoad({ filter: /\.ya?ml$/ }, async ({ path }) => {
      const file = providersFile(path);
      const contents = JSON.stringify(parse(await readFile(file, 'utf8')));
      return { contents, loader: 'json', watchFiles: [file] };
    });
  },
};

/** The file that is read when `path` is imported. */
export function providersFile(path: string): string {
  const standard = resolve(import.meta.dirname, 'providers.yml');
  return path === standard ? resolve(process.env.PROVIDERS_FILE ?? standard) : path;
}

export default [yaml];
