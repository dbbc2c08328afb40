import { builtGitea, missingForGitea } from './build.ts';

/** Builds Gitea before any test waits for it: minutes the first time. */
export async function setup(): Promise<void> {
  if (missingForGitea() !== undefined) return;
  await builtGitea((line) => void process.stdout.write(`${line}\n`));
}
