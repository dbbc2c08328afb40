import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepName } from '../../lib/operations/record.ts';
import { strategies } from '../../lib/providers/provider.ts';
import { type Database, startDynalite } from '../harness/dynalite.ts';
import { seededRandom } from '../lib/operations/mortal.ts';
import { type SandboxWorld, startSandboxWorld } from '../lib/operations/sandbox-world.ts';
import { steppedWorkflow } from '../lib/operations/world.ts';
import { type Run, report } from './report.ts';

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

/** From this many on, what was counted is written down. */
const campaign = 100;

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
  const cuts = { 'reset-before': 0, 'reset-after': 0 };
  const execution = await steppedWorkflow(
    async (step, act) => {
      const dies = !tried.has(step) || random() < 0.25;
      tried.add(step);
      if (!dies) return act(ops);
      const action = random() < 0.5 ? 'reset-before' : 'reset-after';
      const cut = world.sandbox.fault({
        provider: host,
        action,
        skip: Math.floor(random() * 5),
        // Reads are asked for again by the client itself: three times it gives up.
        count: 3,
      });
      await act(ops).finally(() => {
        cuts[action] += cut.hits();
        world.sandbox.clearFaults();
      });
      throw Object.assign(new Error('the process ended'), { name: 'Lambda.Unknown' });
    },
    world.advance,
    operation,
  );
  return { name, strategy, execution, cuts, record: await ops.store.read(operation.id) };
}

test(`C41 given ${seeds} seeded runs in which connections are cut before and after a real Gitea acted, when each ends, then exactly one repository is there, complete`, async () => {
  const runs = [];
  for (let seed = 1; seed <= seeds; seed += 1) runs.push(await run(seed));
  const { repositories } = world.sandbox.state(host);
  // With whatever a host may have numbered by itself.
  const madeBy = (name: string) =>
    repositories.filter(({ path }) => path === name || path.startsWith(`${name}-`));
  const counted = runs.map(({ name, strategy, execution, cuts, record }): Run => {
    const made = madeBy(name);
    return {
      strategy,
      before: cuts['reset-before'],
      after: cuts['reset-after'],
      succeeded: execution.error === undefined && record?.status === 'succeeded',
      made: made.length,
      claimed: made.filter(({ id }) => String(id) === record?.repository?.id).length,
    };
  });
  if (seeds >= campaign) report(counted, await versionOf(world.sandbox.providers[host].apiUrl));
  expect(counted.filter(({ before, after }) => before + after === 0).length).toBeLessThan(
    seeds / 10,
  );
  for (const { name, execution, record } of runs) {
    const told = `${name}: ${JSON.stringify(record)}`;
    expect(execution.error, told).toBeUndefined();
    expect(record?.status, told).toBe('succeeded');
    const made = madeBy(name);
    expect(made, told).toHaveLength(1);
    expect(String(made[0]?.id), told).toBe(record?.repository?.id);
    expect(made[0]?.description, told).toBe('A real one');
    const branch = made[0]?.branches[made[0].defaultBranch];
    expect(branch?.files, told).toMatchObject({ one: `one of ${name}`, two: `two of ${name}` });
    expect(
      branch?.commits.filter(({ message }) => message === 'Seed'),
      told,
    ).toHaveLength(1);
  }
}, 3_600_000);

async function versionOf(apiUrl: string): Promise<string> {
  const answer: { version: string } = await (await fetch(`${apiUrl}/version`)).json();
  return answer.version;
}
