import { execFile } from 'node:child_process';

/** Something that makes a client of the description, and a program that uses the client. */
export interface Generator {
  /** Of its folder here. */
  readonly name: string;
  /** The form of the description that it reads. */
  readonly reads: '3.1' | '3.0.3';
  /** Gets it, once for this machine. @throws Error that says what has to be installed first. */
  prepare(): Promise<void>;
  /**
   * Makes the client with the options that its documentation shows first.
   *
   * @param description path of the description.
   * @param folder an empty one.
   * @returns what it finds wrong with the description, a line each.
   */
  generate(description: string, folder: string): Promise<string[]>;
  /** Compiles and runs the program that stands beside it. @returns what that prints. */
  run(folder: string, environment: Readonly<Record<string, string>>): Promise<string>;
}

interface Where {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** @returns all that the program printed. @throws Error with it when the program fails. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, environment = {} }: Where = {},
): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ...environment };
  const options = { cwd, env, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout, stderr });
      const why = error.code === 'ENOENT' ? 'it is not installed' : `exit code ${error.code}`;
      reject(new Error(`${program} ${args[0]} …: ${why}\n${stdout}${stderr}`));
    });
  });
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
