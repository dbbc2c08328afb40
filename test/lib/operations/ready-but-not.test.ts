import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getOperation } from '../../../lib/operations/read.ts';
import { creatingHosts, strategiesOf } from '../../conformance/hosts.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { partition, type SandboxWorld, startSandboxWorld } from './sandbox-world.ts';
import { steppedWorkflow } from './world.ts';

let database: Database;
let world: SandboxWorld;
beforeAll(async () => {
  database = await startDynalite();
  world = await startSandboxWorld(database.table);
});
afterAll(async () => {
  await world.close();
  await database.stop();
});

/** The paths at which hosts take commits of files. */
const committing = ['*/commits', '*/commits*', '*/contents*', '*/git/refs/*'];

describe.each(creatingHosts)('a proxy before %s', (host) => {
  const strategy = strategiesOf(host).includes('create') ? 'create' : 'fork';
  const pages = [
    ['a page', { action: 'html' }],
    ['an empty object', { action: 'status', status: 200, body: {} }],
  ] as const;

  test.each(pages)(
    'given it answers commits with %s, when run, then nobody says that it succeeded without its files',
    async (what, fault) => {
      const name = `mine-${what.replaceAll(' ', '-')}`;
      const operation = await world.create(
        host,
        { name, strategy, visibility: 'public', files: [{ path: 'a.txt', text: 'a' }] },
        `${host}-${name}`,
      );
      for (const path of committing) {
        for (const method of ['POST', 'PUT', 'PATCH']) {
          world.sandbox.fault({ ...fault, provider: host, path, method, count: 50 });
        }
      }
      const ops = world.operations(host);
      await steppedWorkflow((_, run) => run(ops), world.advance, operation);
      world.sandbox.clearFaults();
      const { status, error } = await getOperation(ops, partition, operation.id);
      expect({ status, code: error?.code }).toMatchObject({
        status: 'failed',
        code: 'ProviderProtocol',
      });
    },
  );

  test.each(pages)(
    'given it answers the first commit with %s, when run, then the files are committed and it succeeds',
    async (what, fault) => {
      const name = `once-${what.replaceAll(' ', '-')}`;
      const operation = await world.create(
        host,
        { name, strategy, visibility: 'public', files: [{ path: 'a.txt', text: 'a' }] },
        `${host}-${name}`,
      );
      const last = host.startsWith('github') ? '*/git/refs/*' : '*';
      const method = host.startsWith('github') ? 'PATCH' : 'POST';
      // The creating call is the first POST.
      const skip = method === 'POST' ? 1 : 0;
      world.sandbox.fault({ ...fault, provider: host, path: last, method, skip });
      const ops = world.operations(host);
      await steppedWorkflow((_, run) => run(ops), world.advance, operation);
      world.sandbox.clearFaults();
      const repository = world.sandbox.state(host).repositories.find(({ path }) => path === name);
      const branch = repository?.branches[repository.defaultBranch];
      expect(await getOperation(ops, partition, operation.id)).toMatchObject({
        status: 'succeeded',
      });
      expect(branch?.files).toMatchObject({ 'a.txt': 'a' });
    },
  );
});
