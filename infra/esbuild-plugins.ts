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
  return path === standard ? resolve(process.env.PROVIDERS_FILE || standard) : path;
}

/**
 * Lambda hands its role's credentials over in the environment. The SDK's search through files, SSO
 * and instance metadata would be a fifth of every bundle.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'environment-credentials',
      namespace: 'environment-credentials',
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'environment-credentials' }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: import.meta.dirname,
    }));
  },
};

export default [yaml, environmentCredentials];
