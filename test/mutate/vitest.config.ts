import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import main from '../../vitest.config.ts';

/** The unit tests of one folder of lib, for mutants of it. `FOLDER` is set by main.ts. */
export default defineConfig({
  ...main,
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: [`test/lib/${process.env.FOLDER}/**/*.test.ts`],
    // Whole campaigns and many processes find what the other tests find, and take their time.
    exclude: ['**/simulation.test.ts', '**/*-processes.test.ts', '**/exactly-once*.test.ts'],
    // Those of ten minutes of calls or a week of care, which others make short.
    testNamePattern: /^(?!.*(for ten minutes|a week has passed|120 connections|never pause))/,
    // A process for each file would be most of the work.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    bail: 1,
  },
});
