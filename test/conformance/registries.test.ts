import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { standIns } from '../../infra/local/sandbox/registry.ts';
import { root } from '../../infra/local/template.ts';
import { kinds } from '../../lib/providers/provider.ts';

const standing = Object.values(standIns).map(({ settings }) => settings({}).kind);

test.each(kinds)(
  'given the kind %s, when the stand-ins are looked through, then one stands in for it',
  (kind) => {
    expect(standing, `add a stand-in of ${kind} to infra/local/sandbox/registry.ts`).toContain(
      kind,
    );
  },
);

test.each(kinds)(
  'given the kind %s, when its settings are looked for, then there is an entry to fill in',
  async (kind) => {
    const text = await readFile(join(root, 'infra/providers.yml'), 'utf8');
    const entries = z.array(z.looseObject({ kind: z.string() })).parse(parse(text));
    expect(
      entries.map((entry) => entry.kind),
      `add ${kind} to infra/providers.yml`,
    ).toContain(kind);
    expect(text, `name ${kind} among the kinds at the top of infra/providers.yml`).toMatch(
      new RegExp(`^# kind .*\\b${kind}\\b`, 'm'),
    );
  },
);

test.each(kinds)(
  'given the kind %s, when docs/providers.md is read, then it says how to register there',
  async (kind) => {
    const text = await readFile(join(root, 'docs/providers.md'), 'utf8');
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase(),
    );
    expect(
      headings.some((heading) => heading.includes(kind)),
      `add a section about ${kind} to docs/providers.md`,
    ).toBe(true);
  },
);
