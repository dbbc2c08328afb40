import { ended, type OperationRecord } from '../../../lib/operations/record.ts';
import { operationStore } from '../../../lib/operations/store.ts';
import type { Hosted } from './hosted.ts';

import { epoch, type Stage } from './stage.ts';

/** What came of one trial. All but the last two are what docs/create.md promises not to happen. */
export interface Verdict {
  /** Repositories of an operation beyond its first. */
  readonly duplicates: number;
  /** Made by an operation that neither has it nor tells of it, nor took it away. */
  readonly unclaimed: number;
  /** Somebody else's, or another operation's, that an operation calls its own or deleted. */
  readonly stolen: number;
  /** `succeeded` without contents, settings, files or the visibility asked for. */
  readonly hollow: number;
  /** Not ended ten minutes behind the deadline. */
  readonly stuck: number;
  /** Ended, and no event says how, or none says what was left behind. */
  readonly untold: number;
  /** To be deleted, proved to be its own, and there. */
  readonly kept: number;
  /** Files in a repository more visible than asked for. */
  readonly exposed: number;
  /** Requests while the host had asked for silence. */
  readonly noise: number;
  /** Failed although nobody cancelled it. What else is in the way differs by scenario. */
  readonly failed: number;
  readonly succeeded: number;
}

const grace = 600_000;

export async function judge(
  stage: Stage,
  wanted: readonly string[],
  deadline: number,
): Promise<Verdict> {
  const store = operationStore(stage.table, Math.random);
  const records: OperationRecord[] = [];
  for (const id of wanted) {
    const record = await store.read(id);
    if (record !== undefined) records.push(record);
  }
  const { repositories } = stage.host;
  const count = <T>(all: readonly T[], is: (one: T) => boolean) => all.filter(is).length;
  // One under another name is of an operation that was erased.
  const of = ({ id, plan }: OperationRecord) =>
    repositories.filter(({ made, name }) => made === id && name === plan.name);
  const claims = (record: OperationRecord, one: Hosted) =>
    record.repository?.id === one.id && !record.deleted;
  const claimed = (one: Hosted) => records.some((record) => claims(record, one));
  const foreign = ({ id, repository, deleted }: OperationRecord) =>
    repository !== undefined &&
    !deleted &&
    repositories.some((one) => one.id === repository.id && one.made !== id);
  const lastEvent = ({ id }: OperationRecord) =>
    stage.events.findLast(({ operationId }) => operationId === id);

  return {
    duplicates: records.reduce((sum, record) => sum + Math.max(0, of(record).length - 1), 0),
    unclaimed: count(
      repositories,
      (one) => records.some((record) => of(record).includes(one)) && !claimed(one),
    ),
    stolen: count(records, foreign),
    hollow: count(records, (record) => record.status === 'succeeded' && isHollow(stage, record)),
    stuck: count(records, (record) => !ended(record) || endedAt(record) > deadline + grace),
    untold: count(records, (record) => {
      const event = lastEvent(record);
      if (!ended(record)) return false;
      const told = event?.repository?.id;
      const stands = record.deleted ? undefined : record.repository?.id;
      return event === undefined || (stands !== undefined && told !== stands);
    }),
    kept: count(records, ({ status, plan, repository, deleted }) => {
      const standing = repositories.some(({ id }) => id === repository?.id);
      const unwanted = status !== 'succeeded' && plan.onFailure === 'delete' && !deleted;
      return unwanted && standing && repository?.proved === true;
    }),
    exposed: count(
      repositories,
      ({ made, visibility, files }) =>
        made !== undefined &&
        visibility === 'public' &&
        files.length > 0 &&
        records.some(({ id, plan }) => id === made && plan.visibility === 'private'),
    ),
    noise: stage.host.noise.count,
    failed: count(records, ({ status }) => status === 'failed'),
    succeeded: count(records, ({ status }) => status === 'succeeded'),
  };
}

function isHollow({ host }: Stage, { repository, plan }: OperationRecord): boolean {
  const one = host.repositories.find(({ id }) => id === repository?.id);
  if (one === undefined) return true;
  const whole = one.files.includes('a') && one.description === plan.settings.description;
  return !whole || one.visibility !== plan.visibility || one.readyAt > host.clock();
}

/** Milliseconds of the simulation at which its last step ended. */
function endedAt({ steps }: OperationRecord): number {
  return Math.max(0, ...steps.map(({ endedAt = 0 }) => endedAt - epoch));
}
