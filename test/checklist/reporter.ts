import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { checklistPage, type NamedTest } from './page.ts';

const root = resolve(import.meta.dirname, '../..');
const file = resolve(root, 'docs/security-checklist.md');

/**
 * At the end of a whole run, compares docs/security-checklist.md with the tests that there were, or
 * writes it. A run of a part of the tests is not compared.
 */
export function checklist(deed: 'compare' | 'write'): Reporter {
  let vitest: Vitest;
  return {
    onInit(running) {
      vitest = running;
    },
    async onTestRunEnd(modules) {
      // One project's files are all that it finds then.
      if (vitest.config.project.length > 0) return;
      const all = await vitest.globTestSpecifications();
      if (
        modules.length < all.length ||
        !modules.every((module) => module.ok() || hasTests(module))
      )
        return;
      const page = checklistPage(modules.flatMap(testsOf));
      if (deed === 'write') return writeFileSync(file, page);
      if (existsSync(file) && readFileSync(file, 'utf8') === page) return;
      vitest.logger.error('docs/security-checklist.md is not as the tests are: npm run checklist');
      process.exitCode = 1;
    },
  };
}

function hasTests(module: TestModule): boolean {
  return module.children.size > 0;
}

function testsOf(module: TestModule): readonly NamedTest[] {
  const path = relative(root, module.moduleId);
  return [...module.children.allTests()].map(({ fullName, location }) => ({
    file: path,
    line: location?.line ?? 0,
    name: fullName.replaceAll(' > ', ', '),
  }));
}
