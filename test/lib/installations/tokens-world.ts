import { setTimeout as realSleep, setImmediate as turn } from 'node:timers/promises';
import { type Keyring, newKeys } from '../../../infra/cli/keys.ts';
import type { SandboxOptions } from '../../../infra/local/sandbox/options.ts';
import { anyPorts } from '../../../infra/local/sandbox/registry.ts';
import { type Sandbox, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import type { InstallationAuditLine, InstallationVault } from '../../../lib/installations/ports.ts';
import type { Table } from '../../../lib/storage/table.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { type App, appOf, containerVault } from './tokens-container.ts';

export const minute = 60_000;

/** The hosts that have apps. */
export type AppHost = 'github' | 'atomgit';

/** Installation tokens over a real DynamoDB wire and the sandbox. */
export interface InstallationWorld {
  readonly database: Database;
  readonly sandbox: Sandbox;
  readonly keyring: Keyring;
  readonly audit: InstallationAuditLine[];
  now(): number;
  /** Lets time pass at once. */
  advance(milliseconds: number): void;
  app(host: AppHost): Promise<App>;
  /** Another container. */
  vault(parts?: Partial<InstallationVault>, keyring?: Keyring): InstallationVault;
  /** Requests for installation tokens that reached the hosts so far. */
  mints(): number;
  /** Every installation token record as it stands in the table. */
  records(): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function startInstallationWorld(
  options: Omit<SandboxOptions, 'ports' | 'now'> & {
    /** Epoch milliseconds at which time begins. */
    readonly begin?: number;
    /** Time passes by itself. Otherwise only sleeping and {@link InstallationWorld.advance} pass it. */
    readonly realTime?: boolean;
  } = {},
): Promise<InstallationWorld> {
  const { begin = Date.now(), realTime = false, ...sandboxOptions } = options;
  const real = Date.now();
  let skipped = 0;
  const now = () => begin + (realTime ? Date.now() - real : 0) + skipped;
  const sleep = async (milliseconds: number) => {
    if (realTime) return void (await realSleep(milliseconds));
    skipped += milliseconds;
    return turn();
  };
  const sandbox = await startSandbox({ ...sandboxOptions, now, ports: anyPorts });
  const database = await startDynalite();
  const ownKeyring = await newKeys();
  const audit: InstallationAuditLine[] = [];
  return {
    database,
    sandbox,
    keyring: ownKeyring,
    audit,
    now,
    advance(milliseconds) {
      skipped += milliseconds;
    },
    app: (host) => appOf(sandbox.providers[host], now),
    vault: (parts = {}, keyring = ownKeyring) => ({
      ...containerVault({ table: database.connect(), keyring, now, sleep }),
      audit: (line) => void audit.push(line),
      ...parts,
    }),
    mints: () => mintsAt(sandbox),
    records: () => recordsOf(database.table),
    async stop() {
      await sandbox.close();
      await database.stop();
    },
  };
}

export function mintsAt({ requests }: Pick<Sandbox, 'requests'>): number {
  return requests.filter(({ url }) => url.endsWith('/access_tokens')).length;
}

async function recordsOf(table: Table) {
  const partitions = ['github', 'atomgit'].map((host) => `INSTALLATION#${host}#18`);
  const found = await Promise.all(partitions.map((pk) => table.query({ pk, limit: 100 })));
  return found.flatMap(({ items }) => items);
}
