import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { root } from '../../../infra/local/template.ts';
import {
  type InstallationWorld,
  startInstallationWorld,
} from '../../lib/installations/tokens-world.ts';
import type { Errand } from './worker.ts';

const processes = 4;
const callers = 125;
/** Milliseconds. It takes a few seconds; a busy machine may take its time. */
const patience = 60_000;

let world: InstallationWorld;
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill();
  await world.stop();
});

/** A process of its own that has loaded everything and waits for its errand. */
async function worker(): Promise<{ readonly child: ChildProcess; readonly output: string[] }> {
  const file = resolve(import.meta.dirname, 'worker.ts');
  const child = fork(file, {
    cwd: root,
    execPath: resolve(root, 'node_modules/.bin/node'),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  const output: string[] = [];
  child.stdout?.on('data', (chunk) => output.push(String(chunk)));
  child.stderr?.on('data', (chunk) => output.push(String(chunk)));
  await once(child, 'message');
  return { child, output };
}

test(
  'given 4 processes, when 500 callers ask for one installation at once, then it is minted once, all get that token and none of it is written out',
  async () => {
    world = await startInstallationWorld({ realTime: true });
    const host = world.sandbox.providers.atomgit;
    const errand: Errand = {
      databaseUrl: world.database.url,
      tableName: world.database.tableName,
      keyring: world.keyring,
      host,
      installationId: '18',
      callers,
    };
    const workers = await Promise.all(Array.from({ length: processes }, worker));

    const answers = await Promise.all(
      workers.map(async ({ child }) => {
        const answered = once(child, 'message');
        child.send(errand);
        const [words] = await answered;
        return words as string[]; // the worker's only other message is a list of words
      }),
    );

    const words = answers.flat();
    expect(words).toHaveLength(processes * callers);
    expect(new Set(words)).toEqual(
      new Set(
        world.sandbox
          .state('atomgit')
          .tokens.filter(({ use }) => use === 'installation')
          .map(({ value }) => value),
      ),
    );
    expect(world.mints()).toBe(1);
    const written = workers.flatMap(({ output }) => output).join('');
    expect(written).not.toContain(words[0]);
    expect(written).not.toContain('PRIVATE KEY');
    expect(written).not.toMatch(/eyJ[\w-]+\.eyJ/);
  },
  patience,
);
