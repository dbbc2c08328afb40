/** A change of the kind that slips in, which some test must notice. */
export interface NamedChange {
  /** What it does, in words. */
  readonly what: string;
  readonly file: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
  /** Files of tests, one of which fails with it. */
  readonly tests: readonly string[];
}

const vault = 'test/lib/vault';
const operations = 'test/lib/operations';

/** Changes that whole suites once let pass. */
export const namedChanges: readonly NamedChange[] = [
  {
    what: 'idle care does not notice that a record has moved on',
    file: 'lib/vault/idle.ts',
    from: 'if (record === undefined || record.dueAt !== due.dueAt) return',
    to: 'if (record === undefined) return',
    tests: [`${vault}/idle.test.ts`],
  },
  {
    what: '`postpone` without its condition',
    file: 'lib/vault/table-store.ts',
    from: "condition: '#dueAt = :seen'",
    to: "condition: '#dueAt = :seen OR attribute_exists(#pk)'",
    tests: [`${vault}/store-conditions.test.ts`],
  },
  {
    what: '`reseal` without its condition',
    file: 'lib/vault/table-store.ts',
    from: `\`\${sameFence} AND #access = :seen AND #status = :stood\``,
    to: `\`(\${sameFence} AND #access = :seen AND #status = :stood) OR attribute_exists(#pk)\``,
    tests: [`${vault}/store-conditions.test.ts`],
  },
  {
    what: 'an installation token is minted under a lease of 10 s',
    file: 'lib/installations/mint.ts',
    from: 'Math.min(timeLeft(), functionLife)',
    to: '10_000',
    tests: [
      'test/lib/installations/tokens.test.ts',
      'test/lib/installations/tokens-failures.test.ts',
    ],
  },
  {
    what: 'the second 401 breaks whatever generation stands',
    file: 'lib/vault/table-store.ts',
    from: `condition: \`\${sameFence} AND #status = :active\`,\n        values: { ...fenceValues(fence), ':active': 'active' },\n      });\n      return marked`,
    to: `condition: \`(\${sameFence} AND #status = :active) OR #status = :active\`,\n        values: { ...fenceValues(fence), ':active': 'active' },\n      });\n      return marked`,
    tests: [`${vault}/store-conditions.test.ts`, `${vault}/refusals.test.ts`],
  },
  {
    what: '`conclude` writes over an end',
    file: 'lib/operations/end.ts',
    from: 'if (ended(current)) return undefined;',
    to: '',
    tests: [`${operations}/finish.test.ts`],
  },
  {
    what: '`failed` writes over an end',
    file: 'lib/operations/step.ts',
    from: 'if (ended(record)) return standing === record ? undefined : standing;',
    to: '',
    tests: [`${operations}/ends.test.ts`],
  },
  {
    what: 'an ended operation goes on',
    file: 'lib/operations/step.ts',
    from: 'if (ended(record)) {\n    const { code: word',
    to: 'if (ended(record) && record.version < 0) {\n    const { code: word',
    tests: [`${operations}/ends.test.ts`],
  },
  {
    what: 'a host’s clock may not be behind ours at all',
    file: 'lib/operations/adopt.ts',
    from: 'const skewMs = 600_000;',
    to: 'const skewMs = 0;',
    tests: [`${operations}/adopt.test.ts`, `${operations}/whose.test.ts`],
  },
  {
    what: 'a host’s clock may be an hour behind ours',
    file: 'lib/operations/adopt.ts',
    from: 'const skewMs = 600_000;',
    to: 'const skewMs = 3_600_000;',
    tests: [`${operations}/adopt.test.ts`, `${operations}/whose.test.ts`],
  },
  {
    what: 'a subject is erased and nothing is revoked',
    file: 'lib/vault/erase.ts',
    from: 'if (await finishRevocation(vault, tombstone, request)) return undefined;',
    to: 'await vault.store.remove(tombstone);\n  if (now > 0) return undefined;',
    tests: [`${vault}/life.test.ts`],
  },
  {
    what: 'a name is not released after a failure',
    file: 'lib/operations/steps/finish-operation.ts',
    from: 'await ops.store.release(after);',
    to: '',
    tests: [`${operations}/ends.test.ts`],
  },
  {
    what: 'the record is written before its files',
    file: 'lib/operations/create.ts',
    from: 'if (files.length > 0) await ops.store.addFiles(record, files);\n  return ops.store.add(record);',
    to: 'const added = await ops.store.add(record);\n  if (files.length > 0) await ops.store.addFiles(record, files);\n  return added;',
    tests: [`${operations}/ends.test.ts`],
  },
];
