import { ForgebridgeError } from '../../errors.ts';
import type { Access, Commit, Provider } from '../../providers/provider.ts';
import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import { type Again, again } from '../pause.ts';
import type { OperationRecord } from '../record.ts';
import { whileSettling } from '../settle.ts';
import {
  created,
  handleOf,
  isDone,
  type Outcome,
  runStep,
  type Step,
  type StepInput,
} from '../step.ts';

/** What the state machine branches on: `again` leads back through the wait. */
export interface Committed {
  readonly state: 'committed';
  readonly waitSeconds: number;
}

/** With less of the function's time left, in milliseconds, no other file is begun. */
const lastFiles = 15_000;
/** So many files are looked at, committed and looked at again in one go, where each is a commit. */
const someFiles = 5;
/** How often a commit is made that does not show. */
const mostCommits = 3;

/**
 * Commits the seeded files to the default branch; files that are there already make no second commit.
 * Where the host takes files one by one, what is committed is noted, and the next run goes on from there.
 */
export function commitFiles(ops: Operations, input: StepInput): Promise<Committed | Again> {
  return runStep<Committed | Again>(ops, input, {
    name: 'commitFiles',
    early(record) {
      if (isDone(record, 'commitFiles')) return committed;
      // The step before was kept from its work: nothing is committed to what is not configured.
      return isDone(record, 'configureRepo') || record.waiting === undefined
        ? undefined
        : again(record.waiting.until, ops.now());
    },
    async act(step) {
      const { plan } = step.record;
      const { defaultBranch: branch } = created(step.record);
      if (plan.files === 0) return { result: committed };
      if (branch === undefined) {
        throw new ForgebridgeError('InternalError', { reason: 'no_branch' });
      }
      const files = await ops.store.files(step.record);
      return commitAll(ops, step, { branch, message: plan.commitMessage, files });
    },
  });
}

const committed = { state: 'committed', waitSeconds: 0 } as const;

async function commitAll(
  ops: Operations,
  { record, use }: Step,
  commit: Commit,
): Promise<Outcome<Committed | Again>> {
  let done = record.committed ?? 0;
  await use(async (access, provider) => {
    const { oneCommit } = creationOf(provider).rules;
    while (done < commit.files.length) {
      if (!oneCommit && ops.timeLeft() < lastFiles) return;
      const files = oneCommit ? commit.files : commit.files.slice(done, done + someFiles);
      await commitUntilThere(ops, { access, provider, record }, { ...commit, files });
      done += files.length;
    }
  });
  if (done < commit.files.length) {
    const result = again(ops.now(), ops.now());
    return { result, learned: { committed: done }, unfinished: true };
  }
  return { result: committed };
}

/** Hosts take commits that do not show, and proxies answer for them. Only files that are seen there count. */
async function commitUntilThere(
  ops: Operations,
  at: { readonly access: Access; readonly provider: Provider; readonly record: OperationRecord },
  commit: Commit,
): Promise<void> {
  const repository = handleOf(created(at.record));
  const { commitFiles: commitOnce } = creationOf(at.provider);
  for (let commits = 0; commits <= mostCommits; commits += 1) {
    const seen = await whileSettling(ops, () => commitOnce(at.access, repository, commit));
    if (seen === 'there') return;
  }
  throw new ForgebridgeError('ProviderProtocol', { reason: 'files_not_there' });
}
