import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../infra/local/template.ts';
import { run } from './run.ts';

const environment = join(root, '.venv');
const requirements = join(import.meta.dirname, 'requirements.txt');

/** A program of the Python environment in the ignored folder `.venv`. */
export function inEnvironment(program: string): string {
  return join(environment, 'bin', program);
}

/** Installs what requirements.txt pins, once. `PYTHON` names another interpreter than `python3`. */
export async function installPython(): Promise<void> {
  const wanted = (await readFile(requirements, 'utf8')).trim().split('\n');
  const python = inEnvironment('python');
  if (!existsSync(python)) await run(process.env.PYTHON ?? 'python3', ['-m', 'venv', environment]);
  const frozen = await run(python, ['-m', 'pip', 'freeze']);
  const present = new Set(frozen.split('\n'));
  if (wanted.every((requirement) => present.has(requirement))) return;
  await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
}
