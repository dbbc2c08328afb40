import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from './cache.ts';
import { run } from './generator.ts';

const requirements = join(import.meta.dirname, 'python-requirements.txt');

/**
 * A folder of programs, Python with what python-requirements.txt pins among them. `PYTHON` names
 * another interpreter than `python3`.
 */
export async function pythonPrograms(): Promise<string> {
  const wanted = await readFile(requirements);
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const environment = join(cache, `python-${digest}`);
  const finished = join(environment, 'finished');
  if (!existsSync(finished)) {
    await rm(environment, { recursive: true, force: true });
    await run(process.env.PYTHON ?? 'python3', ['-m', 'venv', environment]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(join(environment, 'bin/python'), [...pip, '--requirement', requirements]);
    await writeFile(finished, '');
  }
  return join(environment, 'bin');
}
