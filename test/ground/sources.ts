import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../infra/local/template.ts';

/** The project's own files that match, with their text. */
export async function sources(pattern: string) {
  const files: { readonly path: string; readonly text: string }[] = [];
  for await (const path of glob(pattern, { cwd: root })) {
    files.push({ path, text: await readFile(join(root, path), 'utf8') });
  }
  return files;
}
