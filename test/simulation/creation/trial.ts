import { isForgebridgeError } from '../../../lib/errors.ts';
import { endOverdue } from '../../../lib/operations/overdue.ts';
import { cancelOperation } from '../../../lib/operations/read.ts';
import { operationKey } from '../../../lib/operations/record.ts';
import { subjectPartition } from '../../../lib/storage/keys.ts';
import type { Style } from './host.ts';
import { judge, type Verdict } from './judge.ts';
import { type CreationScenario, scenarios } from './scenarios.ts';
import { newStage, type Stage } from './stage.ts';

const minute = 60_000;
const deadline = 15 * minute;
/** The sweep's last round that counts: behind the deadline, the end and the last look. */
const end = deadline + 60 * minute;
const sweepEvery = 5 * minute;
/** From here on nothing goes wrong any more: what is to be told of must be told. */
const calmFrom = deadline + 5 * minute;

/** One operation, and what else there is, in one world; the same for the same seed. */
export async function creationTrial(
  scenario: CreationScenario,
  style: Style,
  seed: number,
): Promise<Verdict> {
  const stage = newStage(scenarios[scenario], style, seed);
  const wanted: string[] = [];
  stage.scheduler.at(0, () => void act(stage, style, wanted));
  await stage.scheduler.run();
  return judge(stage, wanted, deadline);
}

async function act(stage: Stage, style: Style, wanted: string[]): Promise<void> {
  const { scheduler, dice, circumstances, host } = stage;
  const { now } = scheduler;
  if (circumstances.stranger !== undefined) {
    const { at, shownAfter, age } = circumstances.stranger(dice);
    scheduler.at(at, () => {
      const createdAt = Date.parse('2026-03-01T12:00:00Z') + now() - age;
      const parent = age > 0 && style !== 'takes a mark' ? 'templates/starter' : undefined;
      const standing = host.repositories.some(
        ({ owner, name }) => owner === host.login && name === 'mine',
      );
      if (!standing) {
        host.add({
          owner: host.login,
          name: 'mine',
          createdAt,
          parent,
          visibleAt: now() + shownAfter,
        });
      }
    });
  }
  if (circumstances.renames) {
    scheduler.at(dice.between(0, minute), () => {
      for (const one of host.repositories) if (one.owner === host.login) one.owner = 'renamed';
      host.login = 'renamed';
    });
  }
  for (let at = sweepEvery; at <= end; at += sweepEvery) scheduler.at(at, () => void sweep(stage));
  scheduler.at(calmFrom, () => {
    stage.calm = true;
  });
  const subjects = circumstances.rival ? ['one', 'other'] : ['one'];
  await Promise.all(
    subjects.map(async (subject, turn) => {
      await scheduler.sleep(turn * dice.between(0, dice.chance(0.5) ? 30_000 : 400_000));
      await ask(stage, style, subject, wanted);
    }),
  );
}

async function ask(stage: Stage, style: Style, subject: string, wanted: string[]): Promise<void> {
  const { scheduler, dice, circumstances } = stage;
  const body = {
    name: 'mine',
    // Asked of a host that keeps forks public, too.
    visibility: circumstances.keepsForksPublic ? 'private' : 'public',
    description: 'real',
    files: [{ path: 'a', text: 'a' }],
    onFailure: dice.chance(0.5) ? 'delete' : 'keep',
    deadlineMinutes: deadline / minute,
    ...(style === 'takes a mark'
      ? { strategy: 'create' }
      : { strategy: 'fork', template: 'templates/starter' }),
  };
  const { id } = await stage.create(subject, 'key', body);
  wanted.push(id);
  if (dice.chance(circumstances.cancels ?? 0)) {
    await scheduler.sleep(dice.between(0, minute));
    const ops = stage.operations(stage.quiet());
    // Where the table is away nobody cancels.
    await cancelOperation(ops, subjectPartition(subject), id).catch(passed);
  }
  if (circumstances.erased) {
    await scheduler.sleep(dice.between(0, 40_000));
    await stage.table.delete(operationKey(id) ?? { pk: '', sk: '' });
    await scheduler.sleep(dice.between(0, dice.chance(0.5) ? 500 : minute));
    await stage.create(subject, 'key', { ...body, name: 'other' });
  }
}

async function sweep(stage: Stage): Promise<void> {
  const life = stage.quiet();
  await endOverdue(stage.operations(life), life).catch(passed);
}

function passed(error: unknown): void {
  if (!isForgebridgeError(error)) throw error;
}
