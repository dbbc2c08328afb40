import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepName } from '../../lib/operations/record.ts';
import { strategies } from '../../lib/providers/provider.ts';
import { type Database, startDynalite } from '../harness/dynalite.ts';
import { seededRandom } from '../lib/operations/mortal.ts';
import { type SandboxWorld, startSandboxWorld } from '../lib/operations/sandbox-world.ts';
import { steppedWorkflow } from '../lib/operations/world.ts';

const seeds = Number(process.env.SEEDS ?? 10);
const host = 'gitea';

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

/**
 * One operation. In the first attempt of every step, and in later ones now and then, the connection
 * is cut at some request: before the server has heard it, or after it acted. Then the process ends.
 */
async function run(seed: number) {
  const random = seededRandom(seed);
  const strategy = strategies[seed % strategies.length] ?? 'create';
  const name = `run-${seed}`;
  const template = { owner: 'templates', name: `for-${name}`, isTemplate: true };
  world.sandbox.seed(host, { repositories: [{ ...template, visibility: 'public' }] });
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
    },
    name,
  );
  const ops = world.operations(host);
  const tried = new Set<StepName>();
  let cuts = 0;
  const execution = await steppedWorkflow(
    async (step, act) => {
      const dies = !tried.has(step) || random() < 0.25;
      tried.add(step);
      if (!dies) return act(ops);
      const cut = world.sandbox.fault({
        provider: host,
        action: random() < 0.5 ? 'reset-before' : 'reset-after',
        skip: Math.floor(random() * 5),
        // Reads are asked for again by the client itself: three times it gives up.
        count: 3,
      });
      await act(ops).finally(() => {
        cuts += cut.hits();
        world.sandbox.clearFaults();
      });
      throw Object.assign(new Error('the process ended'), { name: 'Lambda.Unknown' });
    },
    world.advance,
    operation,
  );
  return { name, execution, cuts, record: await ops.store.read(operation.id) };
}

test(`C41 given ${seeds} seeded runs in which connections are cut before and after a real Gitea acted, when each ends, then exactly one repository is there, complete`, async () => {
  const runs = [];
  for (let seed = 1; seed <= seeds; seed += 1) runs.push(await run(seed));
  const { repositories } = world.sandbox.state(host);
  for (const { name, execution, record } of runs) {
    const told = `${name}: ${JSON.stringify(record)}`;
    expect(execution.error, told).toBeUndefined();
    expect(record?.status, told).toBe('succeeded');
    // With whatever a host may have numbered by itself.
    const made = repositories.filter(({ path }) => path === name || path.startsWith(`${name}-`));
    expect(made, told).toHaveLength(1);
    expect(made[0]?.description, told).toBe('A real one');
    const branch = made[0]?.branches[made[0].defaultBranch];
    expect(branch?.files, told).toMatchObject({ one: `one of ${name}`, two: `two of ${name}` });
    expect(
      branch?.commits.filter(({ message }) => message === 'Seed'),
      told,
    ).toHaveLength(1);
  }
  expect(runs.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(seeds);
}, 3_600_000);
