import { creationOf } from '../names.ts';
import type { Operations } from '../operation.ts';
import { whileSettling } from '../settle.ts';
import { created, handleOf, runStep, type StepInput } from '../step.ts';

/** Commits the seeded files to the default branch; files that are there already make no second commit. */
export function commitFiles(ops: Operations, input: StepInput): Promise<{ files: number }> {
  return runStep(ops, input, 'commitFiles', async (step) => {
    const { plan } = step.record;
    const repository = created(step.record);
    const branch = repository.defaultBranch;
    if (plan.files === 0 || branch === undefined) return { result: { files: 0 } };
    const commit = {
      branch,
      message: plan.commitMessage,
      files: await ops.store.files(step.record),
    };
    await step.use((access, provider) =>
      whileSettling(ops, () =>
        creationOf(provider).commitFiles(access, handleOf(repository), commit),
      ),
    );
    return { result: { files: plan.files } };
  });
}
