import { describe, expect, test } from 'vitest';
import { broken, campaign } from '../../simulation/campaign.ts';
import { type Reuse, reuses } from '../../simulation/chain.ts';
import { guardNames, guards } from '../../simulation/guards.ts';
import { protocols } from '../../simulation/protocols.ts';
import { edited } from '../../simulation/removal.ts';
import {
  type Caller,
  functionLife,
  type Scenario,
  scenarioNames,
} from '../../simulation/scenarios.ts';
import { trial } from '../../simulation/trial.ts';
import { damage, damageWithout } from '../../simulation/worth.ts';

/** `npm run simulate` and the slow suite run 2,000. */
const trials = 20;

/** The threat that a scenario is, in test/checklist/threats.ts. */
const lines: Partial<Record<Scenario, string>> = {
  'slow provider, 8 to 18 s': 'C30',
  'callers killed at any await': 'C31',
  'replies lost after the provider acted': 'C32',
  '35 % of writes throttled': 'C33',
  'writes echoed': 'C33',
  'clocks ±1 s, slow provider': 'C34',
};

for (const scenario of scenarioNames) {
  test.each(reuses)(
    `${lines[scenario] ?? ''} given ${scenario}, when callers come at a server that is %s, then no token is lost, nobody is sent to reconnect in vain, and nothing is refreshed twice at once`.trim(),
    async (reuse) => {
      const sum = await campaign('forgebridge', scenario, reuse, trials);
      expect(sum.broken).toEqual([]);
      expect(sum).toMatchObject({
        avoidableLosses: 0,
        falseReconnects: 0,
        setBacks: 0,
        neither: 0,
        unrevoked: 0,
      });
      expect(sum.mostAtOnce).toBe(1);
    },
  );
}

test('C30 given a provider of 8 to 18 s, when many come during one refresh, then it is asked once', async () => {
  const callers = Array.from({ length: 50 }, (_, index) => caller({ at: index * 150 }));
  for (const reuse of reuses) {
    // Seed 2 makes tokens that live two hours, so that one refresh is all there is to do.
    const { providerCalls, answers } = await trial(
      protocols.forgebridge,
      'slow provider, 8 to 18 s',
      reuse,
      2,
      callers,
    );
    expect(providerCalls).toBe(1);
    expect(answers.at(-1)?.told).toBe('token');
  }
});

test('C32 given three replies in ten are lost, when the server takes a used token for some seconds, then asking again keeps all but the few that are lost three times', async () => {
  const scenario = 'replies lost after the provider acted';
  const { unavoidableLosses } = await campaign('forgebridge', scenario, 'leeway', trials);
  expect(unavoidableLosses).toBeLessThanOrEqual(trials * 0.1);
});

test.each(reuses)(
  'C31 given a caller dies at any await, before or after it took effect, at a server that is %s, when the next comes after its lease, then within 5 s it has a token or is told to reconnect',
  async (reuse) => {
    let deaths = 0;
    for (const moment of ['before', 'after'] as const) {
      for (let step = 1; step <= 20; step += 1) {
        for (const seed of [1, 2]) {
          const run = await dying(reuse, seed, { step, moment });
          expect(broken(run), `${moment} step ${step}, seed ${seed}`).toBe(false);
          if (run.answers.some(({ caller }) => caller === 'caller 0')) continue;
          deaths += 1;
          const next = run.answers.find(({ caller }) => caller === 'caller 1');
          expect(['token', 'ReconnectRequired']).toContain(next?.told);
          expect(next?.at).toBeLessThan(functionLife + 5_000);
        }
      }
    }
    expect(deaths).toBeGreaterThan(25);
  },
);

/** A caller that dies, and one that comes when its lease is over. */
function dying(reuse: Reuse, seed: number, death: NonNullable<Caller['death']>) {
  const callers = [caller({ death }), caller({ at: functionLife + 2_200 })];
  return trial(protocols.forgebridge, 'callers killed at any await', reuse, seed, callers);
}

function caller(parts: Partial<Caller>): Caller {
  return { at: 0, life: functionLife, skew: 0, uses: false, ...parts };
}

test('given clocks that are 20 s wrong, so that leases end too early, when the server only refuses a used token, then the fence alone keeps every token that was received', async () => {
  let twice = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const callers = [
      caller({ skew: -20_000 }),
      caller({ at: 13_000, skew: 20_000 }),
      caller({ at: 14_000 }),
    ];
    const run = await trial(
      protocols.forgebridge,
      'slow provider, 8 to 18 s',
      'strict',
      seed,
      callers,
    );
    expect(run.avoidableLoss, `seed ${seed}`).toBe(false);
    twice += run.mostAtOnce > 1 ? 1 : 0;
  }
  // The clocks did what they were set for.
  expect(twice).toBeGreaterThan(2);
});

test('given a lock with a time to live or a write fenced by its owner, when the provider is slow, then the same trials find what they lose', async () => {
  const scenario = 'slow provider, 8 to 18 s';
  const [lock, owner, short] = [
    await campaign('time-to-live lock', scenario, 'revokes-on-reuse', trials),
    await campaign('owner-fenced lease', scenario, 'strict', trials),
    await campaign('generation fence, short lease', scenario, 'revokes-on-reuse', trials),
  ];
  for (const { avoidableLosses, mostAtOnce } of [lock, owner, short]) {
    expect(avoidableLosses).toBeGreaterThan(5);
    expect(mostAtOnce).toBeGreaterThan(1);
  }
});

test('given one seed, when it is run again, alone or beside others, then every event is the same', async () => {
  for (const name of ['forgebridge', 'owner-fenced lease'] as const) {
    for (const seed of [1, 7, 42, 1_999]) {
      const run = () => trial(protocols[name], 'all at once', 'leeway', seed);
      const alone = await run();
      const [first, , second] = await Promise.all([
        run(),
        trial(protocols[name], 'all at once', 'strict', seed + 1),
        run(),
      ]);
      expect(alone.trace.length).toBeGreaterThan(10);
      expect(first).toEqual(alone);
      expect(second).toEqual(alone);
    }
  }
});

describe('each guard of docs/refresh.md', () => {
  test.each(guardNames)('given %s, when it is taken out, then its code is found once', (name) => {
    for (const edit of guards[name].edits) expect(edited(edit)).toContain(edit.without);
  });

  test('given a process without the lease, when the same trials are run, then they notice', async () => {
    const scenario = guards.lease.scenario;
    const [before, after] = [await damage(scenario, trials), await damageWithout('lease', trials)];
    expect(before['received and lost']).toBe(0);
    expect(after['received and lost']).toBeGreaterThan(2);
  });
});
