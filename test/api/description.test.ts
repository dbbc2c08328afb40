import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { root } from '../../infra/local/template.ts';
import { problemExample } from '../../infra/openapi/problems.ts';
import { descriptionFiles } from '../../infra/openapi/written-files.ts';
import { problem } from '../../lib/api/schemas/problem.ts';
import { routes } from '../../lib/api/table.ts';
import { type ErrorCode, errorTable } from '../../lib/errors.ts';

const codes = Object.keys(errorTable) as readonly ErrorCode[]; // the keys of a literal

describe('the description', () => {
  test.each([...descriptionFiles()])(
    'given lib/api, when %s is compared, then it is what `npm run openapi` writes',
    (file, content) => {
      expect(readFileSync(join(root, file), 'utf8') === content, `stale: ${file}`).toBe(true);
    },
  );

  test.each([...descriptionFiles().keys()])(
    'given %s, when it is linted, then nothing is found',
    (file) => {
      expect(lint(join(root, file))).toEqual([]);
    },
  );

  test.each([
    ['breaks its schema', '$1progress: 101'],
    ['has a member that its schema lacks', '$1progress: 100\n$1x: 1'],
  ])('given an example that %s, when linted, then that is found', (_, replacement) => {
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    try {
      const file = join(folder, 'openapi.yaml');
      const whole = readFileSync(join(root, 'openapi.yaml'), 'utf8');
      writeFileSync(file, whole.replace(/( +)progress: 100/, replacement));
      expect(lint(file).join('\n')).toContain('no-invalid-media-type-examples');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('given the examples of requests and replies, when the code reads them, then it takes them', () => {
    const refused = routes.flatMap(({ operationId, request, body, replies }) => {
      const all = [
        ...Object.values(body?.examples ?? {}).map((value) => [request.body, value] as const),
        ...Object.values(replies).flatMap((reply) =>
          Object.values(reply.examples ?? {}).map((value) => [reply.body, value] as const),
        ),
      ];
      return all
        .filter(([schema, value]) => !schema?.safeParse(value).success)
        .map(() => operationId);
    });
    expect(refused).toEqual([]);
  });

  test('given every reply, when its schema is searched, then no word is of a closed list, which a later version would break', () => {
    const bodies = routes.flatMap(({ replies }) =>
      Object.values(replies).flatMap(({ body }) => body ?? []),
    );
    expect(bodies.length).toBeGreaterThan(10);
    for (const body of [...bodies, problem]) {
      const { enum: closed } = keywordsOf(z.toJSONSchema(body));
      expect(closed).toBeUndefined();
    }
  });

  test('given the examples of problems, when the strict schema reads them, then it takes them', () => {
    const examples = codes.flatMap((code) => problemExample(code) ?? []);
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((example) => !problem.safeParse(example).success)).toEqual([]);
  });

  test('given docs/errors.md, when its table is read, then it is the code table', () => {
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (yes|no) +\|[^|]+\|[^|]+\|$/gm)];
    const documented = rows.map(([, code, status, retry]) => [
      code,
      Number(status),
      retry === 'yes',
    ]);
    expect(documented).toEqual(
      Object.entries(errorTable).map(([code, row]) => [code, row.status, row.retryable]),
    );
  });
});

/** Runs the linter as `npx redocly lint` does, offline. */
function lint(file: string): readonly string[] {
  const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js');
  const config = join(root, 'redocly.yaml');
  const { stdout } = spawnSync(
    process.execPath,
    [cli, 'lint', file, '--config', config, '--format', 'json'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  const report = z.object({
    problems: z.array(z.object({ ruleId: z.string(), message: z.string() })),
  });
  return report
    .parse(JSON.parse(stdout))
    .problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

/** Each keyword that stands anywhere in a schema, with its value. */
function keywordsOf(schema: unknown): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  JSON.stringify(schema, (name, value) => {
    found[name] = value;
    return value;
  });
  return found;
}
