import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostId } from '../../../infra/local/sandbox/registry.ts';
import { cancelOperation } from '../../../lib/operations/read.ts';
import type { StepName } from '../../../lib/operations/record.ts';
import { creatingHosts, strategiesOf } from '../../conformance/hosts.ts';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import { mortalAttempts, seededRandom } from './mortal.ts';
import { partition, type SandboxWorld, startSandboxWorld } from './sandbox-world.ts';
import { steppedWorkflow } from './world.ts';

interface Run {
  readonly host: HostId;
  readonly seed: number;
  /** Counts where attempts died. */
  readonly deaths: Map<string, number>;
  readonly body?: object;
  /** Runs before each attempt of a step. */
  readonly before?: (step: StepName, operationId: string) => Promise<unknown>;
}

/** One operation with a template of its own, every step of which dies at least once. */
async function run(world: SandboxWorld, { host, seed, deaths, body, before }: Run) {
  const offered = strategiesOf(host);
  const strategy = offered[seed % offered.length] ?? 'create';
  const name = `run-${body === undefined ? '' : 'with-'}${seed}`;
  const template = { owner: 'templates', name: `for-${name}`, isTemplate: true };
  if (strategy !== 'create') {
    world.sandbox.seed(host, { repositories: [{ ...template, visibility: 'public' }] });
  }
  const operation = await world.create(
    host,
    {
      name,
      strategy,
      description: 'A real one',
      visibility: 'public',
      ...(strategy === 'create' ? {} : { template: `templates/${template.name}` }),
      files: ['one', 'two'].map((path) => ({ path, text: `${path} of {{name}}` })),
      commitMessage: 'Seed',
      ...body,
    },
    `${host}-${name}`,
  );
  const ops = world.operations(host);
  const attempt = mortalAttempts(ops, world.sandbox, host, seededRandom(seed), deaths);
  const execution = await steppedWorkflow(
    async (step, act) => {
      await before?.(step, operation.id);
      return attempt(step, act);
    },
    world.advance,
    operation,
  );
  const record = await ops.store.read(operation.id);
  const { repositories } = world.sandbox.state(host);
  return {
    execution,
    record,
    // With whatever a host may have numbered by itself.
    repositories: repositories.filter(({ path }) => path.startsWith(name)),
    told: `${host} seed ${seed}: ${JSON.stringify(record)}`,
  };
}

/**
 * Describes runs in which every step dies after the provider acted and before its reply: `seeds` of
 * them at each host, and `cancelled` that are cancelled on their way.
 */
export function exactlyOnce(seeds: number, cancelled: number): void {
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

  test.each(creatingHosts)(
    `C41 given every step dies after the provider acted, %s and ${seeds} seeded runs, when each ends, then exactly one repository is there, complete, and the operation succeeded`,
    async (host) => {
      const deaths = new Map<string, number>();
      for (let seed = 1; seed <= seeds; seed += 1) {
        const { execution, record, repositories, told } = await run(world, { host, seed, deaths });
        expect(execution.error, told).toBeUndefined();
        expect(record?.status, told).toBe('succeeded');
        expect(repositories, told).toHaveLength(1);
        const [repository] = repositories;
        expect(repository?.description, told).toBe('A real one');
        const branch = repository?.branches[repository.defaultBranch];
        expect(branch?.files, told).toMatchObject({
          one: `one of run-${seed}`,
          two: `two of run-${seed}`,
        });
        // One commit, or one for each file where the host has no more to offer.
        const seeded = branch?.commits.filter(({ message }) => message.startsWith('Seed')) ?? [];
        expect(seeded.length, told).toBeLessThanOrEqual(2);
      }
      for (const step of ['pollImportStatus', 'configureRepo', 'commitFiles', 'finishOperation']) {
        expect(deaths.get(step), step).toBeGreaterThanOrEqual(seeds);
      }
    },
    300_000,
  );

  test.each(creatingHosts)(
    'C41 given every step dies after the provider acted, %s and runs that are cancelled with delete asked for, when each ends, then what was proved ours is gone and nothing else is there twice',
    async (host) => {
      const deaths = new Map<string, number>();
      for (let seed = 1; seed <= cancelled; seed += 1) {
        const { record, repositories, told } = await run(world, {
          host,
          seed,
          deaths,
          body: { onFailure: 'delete' },
          before: async (step, id) =>
            step === 'configureRepo' && cancelOperation(world.operations(host), partition, id),
        });
        expect(record?.status, told).toBe('cancelled');
        expect(repositories, told).toHaveLength(record?.repository?.proved ? 0 : 1);
      }
      expect(deaths.get('finishOperation')).toBeGreaterThanOrEqual(cancelled);
    },
    300_000,
  );
}
