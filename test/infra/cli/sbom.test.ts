import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { billOfMaterials, licences } from '../../../infra/cli/sbom.ts';
import { root } from '../../../infra/local/template.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ dev: z.optional(z.boolean()), optional: z.optional(z.boolean()) }),
  ),
});

describe('C60 the bill of materials', () => {
  let bill: string;
  beforeAll(() => {
    bill = billOfMaterials(root);
  });

  test('C60 given the lockfile, when the bill is made, then it has each package that is deployed, pinned by its hash, and no other', async () => {
    const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
    const deployed = Object.entries(lockSchema.parse(JSON.parse(lock)).packages)
      .filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)
      .map(([path]) => path.replace(/^node_modules\//, ''));
    const { components, metadata } = JSON.parse(bill);
    const names = components.map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual(deployed.toSorted());
    expect(names).toEqual(expect.arrayContaining(['jose', 'hono', 'zod', 'oauth4webapi']));
    expect(metadata.component.name).toBe('forgebridge');
    for (const { hashes, name } of components) expect(hashes?.[0].alg, name).toBe('SHA-512');
  });

  test('C60 given the bill, when its licences are listed, then each package has one', () => {
    const lines = licences(bill);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(line).toMatch(/^\S+ \d+\.\d+\.\d+\S* [A-Z0-9]\S+/);
    expect(lines.filter((line) => line.endsWith('UNKNOWN'))).toEqual([]);
  });
});
