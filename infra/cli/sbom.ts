import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';

const usage = `Usage: npm run -s sbom         the packages that are deployed, as CycloneDX JSON
       npm run -s licences     the same as lines: package, version, licence`;

const packageSchema = z.looseObject({ name: z.string() });
const lockSchema = z.looseObject({ packages: z.record(z.string(), z.unknown()) });
const licenceSchema = z.union([
  z.object({ license: z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]) }),
  z.object({ expression: z.string() }),
]);
const bomSchema = z.object({
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      licenses: z.optional(z.array(licenceSchema)),
    }),
  ),
});

/**
 * The bill of materials of what is deployed: CycloneDX JSON by npm itself, from the lockfile.
 *
 * `npm sbom --omit dev` leaves out every package that a development tool needs as well, and so half
 * of what is deployed. Here npm is shown a project that has no such tools.
 *
 * @throws Error when npm cannot be run, or the lockfile does not fit package.json.
 */
export function billOfMaterials(root: string): string {
  const temporary = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const {
      devDependencies: _,
      optionalDependencies: __,
      ...own
    } = read(packageSchema, root, 'package.json');
    // npm names the bill after the folder.
    const folder = join(temporary, own.name);
    mkdirSync(folder);
    const lock = read(lockSchema, root, 'package-lock.json');
    const packages = { ...lock.packages, '': own };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
    const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
    return execFileSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** One line for each package of a bill: name, version and licence, in the order of the bill. */
export function licences(bill: string): readonly string[] {
  const { components } = bomSchema.parse(JSON.parse(bill));
  return components.map(({ name, version, licenses = [] }) =>
    [name, version, licenses.map(licenceName).join(' AND ') || 'UNKNOWN'].join(' '),
  );
}

function licenceName(licence: z.output<typeof licenceSchema>): string {
  if ('expression' in licence) return licence.expression;
  return 'id' in licence.license ? licence.license.id : licence.license.name;
}

function read<T extends z.ZodMiniType>(schema: T, root: string, file: string): z.output<T> {
  return schema.parse(JSON.parse(readFileSync(join(root, file), 'utf8')));
}

/** What the command prints. */
function report(): string {
  const { values } = parseArgs({
    options: {
      licences: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return usage;
  const bill = billOfMaterials(resolve(import.meta.dirname, '../..'));
  return values.licences ? licences(bill).join('\n') : bill.trimEnd();
}

if (import.meta.main) {
  try {
    console.log(report());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
