import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host } from '../../infra/local/listen.ts';
import {
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from '../../infra/local/stack.ts';
import { freePorts } from '../harness/free-ports.ts';

/** What `npm start` runs, in a folder and on ports of its own, with imports that take seconds. */
export interface RunningStack {
  readonly stack: LocalStack;
  /** All that any part printed. */
  readonly printed: readonly string[];
  /** Stops everything and starts it again on the same data. */
  restart(): Promise<RunningStack>;
  stop(): Promise<void>;
}

type SandboxChoice = LocalStackOptions['sandbox'];
const quickImports: SandboxChoice = {
  importPace: { scheduledMs: 500, startedMs: 1_500, settleMs: 1_000 },
};

/** `sandbox` is given the address of the stack, which comes first among its ports. */
export async function runStack(
  sandbox: (publicUrl: string) => SandboxChoice = () => quickImports,
  productHost: string = host,
): Promise<RunningStack> {
  const folder = mkdtempSync(join(tmpdir(), 'forgebridge-e2e-'));
  try {
    const firstPort = await freePorts();
    return await runIn(folder, firstPort, {
      sandbox: sandbox(`http://${host}:${firstPort}`),
      productHost,
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function runIn(
  folder: string,
  firstPort: number,
  options: { readonly sandbox: SandboxChoice; readonly productHost: string },
): Promise<RunningStack> {
  const { sandbox, productHost } = options;
  const printed: string[] = [];
  const stack = await startLocalStack({
    folder,
    firstPort,
    productHost,
    log: (part, line) => void printed.push(`${part} ${line}`),
    ...(sandbox === undefined ? {} : { sandbox }),
  });
  return {
    stack,
    printed,
    async restart() {
      await stack.stop();
      return runIn(folder, firstPort, options);
    },
    async stop() {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
