import type { Edit } from '../guards.ts';
import type { CreationScenario } from './scenarios.ts';

/** Something that lib/operations does lest a promise of docs/create.md be broken, and its code. */
export interface CreationGuard {
  /** What docs/create.md says of it. */
  readonly does: string;
  /** Where it shows what it is worth. */
  readonly scenario: CreationScenario;
  readonly edits: readonly Edit[];
}

const adopt = 'lib/operations/adopt.ts';
const end = 'lib/operations/end.ts';
const finish = 'lib/operations/steps/finish-operation.ts';
const step = 'lib/operations/step.ts';

/** One edit of one file. */
function one(file: string, code: string, without: string): readonly Edit[] {
  return [{ file, code, without }];
}

/** Every guard of docs/create.md, in the order of the steps. */
export const creationGuards = {
  'compare-and-swap': {
    does: 'a record is written only over the version that was decided from',
    scenario: 'steps frozen, and thawed behind their time',
    edits: one(
      'test/simulation/creation/memory-table.ts',
      'item[names[name] ?? name] === values[value];',
      "(value === ':version' || item[names[name] ?? name] === values[value]);",
    ),
  },
  silence: {
    does: 'nothing is asked of a host before the time it named',
    scenario: 'a host asks for silence, or is down for minutes',
    edits: one(
      step,
      'if (waiting !== undefined && ops.now() < waiting.until) {',
      'if (waiting !== undefined && ops.now() < 0) {',
    ),
  },
  'silence-at-the-end': {
    does: 'that holds for the end as well',
    scenario: 'a host asks for silence, or is down for minutes',
    edits: one(
      finish,
      'if ((record.silentUntil ?? 0) > ops.now() && asksHost(record)) return { record };',
      '',
    ),
  },
  reservation: {
    does: 'a name is one operation’s at a time; with marks another subject’s may try, and the host says no',
    scenario: 'two who want one name',
    edits: one(
      adopt,
      'if (await store.reserve(record)) return;',
      'if ((await store.reserve(record)) || record.id !== "") return;',
    ),
  },
  'count-unless-over': {
    does: 'no creating call begins for an operation that is cancelled, ended or being ended',
    scenario: 'two lives of one step',
    edits: one(
      adopt,
      'if (ended(current) || current.cancelRequested || current.closing === true) {',
      'if (now < 0) {',
    ),
  },
  mark: {
    does: 'only what carries the mark is this operation’s',
    scenario: 'a stranger of that name',
    edits: one(
      adopt,
      'return plan.marked && found.description === markOf(id);',
      'return plan.marked && markOf(id) !== found.id;',
    ),
  },
  'creation-time': {
    does: 'an unmarked fork that is older than the first call is a stranger’s',
    scenario: 'a stranger of that name',
    edits: one(adopt, 'createdAt < intentAt - skewMs;', 'createdAt < 0;'),
  },
  'clock-skew': {
    does: 'a host’s clock may be ten minutes behind',
    scenario: 'a host whose clock is off by up to nine minutes',
    edits: one(adopt, 'const skewMs = 600_000;', 'const skewMs = 0;'),
  },
  'gateway-in-doubt': {
    does: 'trouble of the host is no word on whether the call worked',
    scenario: 'a workflow that is lost',
    edits: one(
      adopt,
      'if (cause instanceof HostSaid && cause.status >= 500) return true;',
      'if (cause instanceof HostSaid && cause.status >= 900) return true;',
    ),
  },
  'not-shown-yet': {
    does: 'a name that is taken, where nothing shows, can be ours for a minute yet',
    scenario: 'a new repository that shows up to 50 s late',
    edits: one(
      adopt,
      "if (refusal.code === 'AlreadyExists' && earlier) {",
      "if (refusal.code === 'AlreadyExists' && earlier && ops.now() < 0) {",
    ),
  },
  'new-name': {
    does: 'what was made is looked for under the new name of a renamed owner',
    scenario: 'an account that is renamed meanwhile',
    edits: one(
      adopt,
      'if (found !== undefined && isMarked(found, record)) return found;\n  const { namespace } = record.preflight ?? {};',
      'return undefined;\n  const { namespace } = record.preflight ?? {};',
    ),
  },
  'first-life-stays': {
    does: 'what is known of a repository is not forgotten for a late life of the creating step',
    scenario: 'steps frozen, and thawed behind their time',
    edits: one(
      step,
      'const standing = known.repository ?? made;',
      'const standing = made ?? known.repository;',
    ),
  },
  'garbled-passes': {
    does: 'an answer that is not the host’s own is trouble on the way, and asked for again',
    scenario: 'pages and empty objects for answers',
    edits: one('lib/operations/pause.ts', 'tries >= mostPages', 'tries >= 0'),
  },
  visibility: {
    does: 'no file is committed to what is more visible than asked for',
    scenario: 'a host that keeps forks public',
    edits: one(
      'lib/operations/steps/configure-repo.ts',
      'if (visibility === plan.visibility) return;',
      'if (plan !== undefined || visibility !== undefined) return;',
    ),
  },
  'look-again': {
    does: 'what may have come behind an end is looked for once more',
    scenario: 'a host that acts up to fifteen minutes late',
    edits: one(end, 'if (!asksHost(next)) return next;', 'if (next !== undefined) return next;'),
  },
  'call-before': {
    does: 'where a call before the answered one has no answer, what it makes of the free name is taken away too',
    scenario: 'a host that acts up to fifteen minutes late',
    edits: one(
      step,
      'if (record.creatingCalls > 1) return record;',
      'if (record.creatingCalls > 99) return record;',
    ),
  },
  'shown-before-gone': {
    does: 'a new repository that is not shown is not taken for deleted',
    scenario: 'a new repository that shows up to 50 s late',
    edits: one(
      finish,
      '} else if (ops.now() - repository.since < showsWithin) {',
      '} else if (ops.now() < 0) {',
    ),
  },
  'name-still-ours': {
    does: 'without a mark nothing is looked for at a name that another operation has taken',
    scenario: 'two who want one name',
    edits: one(
      finish,
      'if (!record.plan.marked && !(await ops.store.holds(record))) return record;',
      '',
    ),
  },
  sweep: {
    does: 'an operation whose workflow is gone is ended though nobody asks',
    scenario: 'a workflow that is lost',
    edits: one(
      'lib/operations/overdue.ts',
      'if (isOverdue(record, now)) {',
      'if (isOverdue(record, 0)) {',
    ),
  },
} as const satisfies Readonly<Record<string, CreationGuard>>;

export type CreationGuardName = keyof typeof creationGuards;
export const creationGuardNames = Object.keys(creationGuards) as readonly CreationGuardName[]; // its only keys
