import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../infra/local/template.ts';

export interface Run {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Given to the program on its standard input. */
  readonly input?: string;
}

/** What a person's shell would have, without anything that could lead to a real AWS account. */
export function shell(environment: Readonly<Record<string, string>> = {}) {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|VITEST|NODE_ENV)/.test(name));
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
  return { ...Object.fromEntries(own), PATH: path, CI: 'true', ...environment };
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to standard output. @throws Error with all that it wrote when it fails.
 */
export async function run(
  program: string,
  args: readonly string[],
  { cwd = root, environment = {}, input = '' }: Run = {},
): Promise<string> {
  const child = spawn(program, args, { cwd, env: shell(environment) });
  child.stdin.on('error', () => {}); // A program may end without reading.
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return output;
  throw new Error(`${program} ${args.join(' ')}: exit code ${code}\n${output}\n${errors}`);
}
