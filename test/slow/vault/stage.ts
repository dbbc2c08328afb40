import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { newKeys } from '../../../infra/cli/keys.ts';
import { root, tableName } from '../../../infra/local/template.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { ConnectionRef } from '../../../lib/vault/connection.ts';
import type { Vault } from '../../../lib/vault/vault.ts';
import { connectWith } from '../../harness/connect-with.ts';
import {
  type AuthorizationServer,
  type Reuse,
  startAuthorizationServer,
} from '../../lib/vault/authorization-server.ts';
import type { Tables } from '../dynamodb-local.ts';
import { openVault, type Site } from './container.ts';

export const reuses = ['strict', 'revokes-on-reuse', 'leeway'] as const satisfies readonly Reuse[];

/** A table, three hosts and the keys, for vaults in this process and in others. */
export interface Stage {
  readonly site: Site;
  readonly vault: Vault;
  readonly hosts: Readonly<Record<Reuse, AuthorizationServer>>;
  /** A connection there whose access token has ended. */
  connected(host: Reuse): Promise<ConnectionRef>;
  /** A process that has loaded everything and waits for its errand. */
  worker(): Promise<ChildProcess>;
  stop(): Promise<void>;
}

export async function startStage(startTables: () => Promise<Tables>): Promise<Stage> {
  const tables = await startTables();
  const [strict, revoking, lenient] = await Promise.all(
    reuses.map((reuse) => startAuthorizationServer({ reuse, killsAccess: true })),
  );
  if (!strict || !revoking || !lenient) throw new Error('three are started');
  const hosts = { strict, 'revokes-on-reuse': revoking, leeway: lenient };
  const urls = Object.entries(hosts).map(([id, { url }]) => [id, url]);
  const site = {
    databaseUrl: tables.url,
    tableName,
    hosts: Object.fromEntries(urls),
    keyring: await newKeys(),
  };
  const vault = openVault(site);
  const children = new Set<ChildProcess>();

  return {
    site,
    vault,
    hosts,
    async connected(host) {
      const partition = subjectPartition(randomUUID());
      const { id } = await connectWith(vault, {
        partition,
        provider: host,
        account: { id: '1', login: 'ada' },
        tokens: { ...hosts[host].consent(), expiresAt: Date.now() - 1 },
        redirectUri: 'https://bridge.example/callback',
      });
      return { partition, id };
    },
    async worker() {
      const own = resolve(root, 'node_modules/.bin/node');
      const child = fork(resolve(import.meta.dirname, 'worker.ts'), {
        cwd: root,
        execPath: existsSync(own) ? own : process.execPath,
        execArgv: [],
        // Starting processes is most of the work: what one has compiled serves the next.
        env: { ...process.env, NODE_COMPILE_CACHE: resolve(root, 'node_modules/.cache/compiled') },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      children.add(child);
      child.once('exit', () => children.delete(child));
      await once(child, 'message');
      return child;
    },
    async stop() {
      for (const child of children) child.kill();
      await Promise.all(Object.values(hosts).map((host) => host.stop()));
      await tables.stop();
    },
  };
}
