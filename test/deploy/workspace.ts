import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '../../infra/local/template.ts';
import { run } from './run.ts';

/** The project as a clone of it would be, in a folder of its own: builds elsewhere do no harm. */
export async function copyProject(folder: string): Promise<void> {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const paths = (await run('git', listing)).split('\0').filter(Boolean);
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // A file that is deleted and not committed is listed all the same.
    await copyFile(join(root, path), join(folder, path)).catch(ignoreMissing);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
