import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimFolder } from '../../../infra/local/one-stack.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'one-stack-'));
const first = 'http://localhost:3000';
const second = 'http://localhost:4000';

test('given a folder that a stack has, when another claims it, then it is told where the first answers and what to do; a folder of its own it gets', async () => {
  const folder = newFolder();
  const claimed = await claimFolder(folder, first);
  await expect(claimFolder(folder, second)).rejects.toThrow(
    /runs already on .*: http:\/\/localhost:3000\/\n.*Ctrl-C.*PORT_GATEWAY=5000/,
  );
  const other = await claimFolder(newFolder(), second);
  await other.leave();
  await claimed.leave();
});

test('given a stack that left its folder, when the next claims it, then it has it', async () => {
  const folder = newFolder();
  for (const address of [first, second]) await (await claimFolder(folder, address)).leave();
});

test('given a stack that was killed, when the next claims its folder, then it has it', async () => {
  const folder = newFolder();
  const module = join(import.meta.dirname, '../../../infra/local/one-stack.ts');
  const program = `const { claimFolder } = await import(${JSON.stringify(module)});
    await claimFolder(${JSON.stringify(folder)}, ${JSON.stringify(first)});
    process.kill(process.pid, 'SIGKILL');`;
  const signal = await new Promise((resolve) => {
    const run = ['--input-type=module', '--eval', program];
    execFile(process.execPath, run, (error) => resolve(error?.signal));
  });
  expect(signal).toBe('SIGKILL');
  await (await claimFolder(folder, second)).leave();
});
