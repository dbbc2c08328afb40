import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { dev, prod } from './package/stages.ts';

/** What waits more than it works, for others to work meanwhile. */
const waiting = /\/test\/(e2e|infra\/local)\//;
/** What needs a package, which is made while the others run. */
const packaged = /\/test\/package\//;

/** Begins with what takes longest. A run that needs a package begins to make it at once. */
export class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const { testNamePattern } = this.ctx.config;
    if (testNamePattern === undefined && sorted.some(({ moduleId }) => packaged.test(moduleId))) {
      // Whoever needs one waits for it, and is told of a failure.
      for (const stage of [dev, prod]) stage().catch(() => {});
    }
    const rank = ({ moduleId }: TestSpecification) =>
      packaged.test(moduleId) ? 2 : waiting.test(moduleId) ? 0 : 1;
    return sorted.toSorted((one, two) => rank(one) - rank(two));
  }
}
