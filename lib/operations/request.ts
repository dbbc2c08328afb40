import * as z from 'zod/mini';
import { visibilities } from '../providers/provider.ts';
import { pathProblems } from './paths.ts';

const maxFiles = 50;
const fullNameProblem = 'must be a full name such as owner/repository';
const namespaceProblem = 'must be a path such as owner or group/subgroup';
/** Of all files together, as bytes in the repository. */
export const maxFileBytes = 256 * 1024;

/** Letters that no name, path or one-line text may hold: controls, line ends, direction marks. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u;
const line = (maximum: number) =>
  z.string().check(z.maxLength(maximum), matches(oneLine, 'must be one line of plain text'));
const identifier = z
  .string()
  .check(matches(/^[A-Za-z_]\w{0,63}$/, 'must be a letter followed by letters, digits or _'));

function matches(pattern: RegExp, problem: string) {
  return z.refine<string>((value) => pattern.test(value), { error: problem });
}

/** Segments as all hosts have them, and none that leads elsewhere. */
function path(problem: string) {
  const goes = (part: string) => /^[\w.-]+$/.test(part) && part !== '.' && part !== '..';
  return z.string().check(
    z.maxLength(255),
    z.refine((value) => value.split('/').every(goes), { error: problem }),
  );
}

const webAddress = line(255).check(
  z.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be an http or https address',
  }),
);

const base64 = z.string().check(
  z.refine((value) => Buffer.from(value, 'base64').toString('base64') === value, {
    error: 'must be base64 with padding and without line breaks',
  }),
);

const file = z
  .strictObject({
    path: z.string(),
    text: z.exactOptional(z.string()),
    base64: z.exactOptional(base64),
  })
  .check(
    z.refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), {
      error: 'must have either text or base64',
    }),
  );

const entries = (maximum: number) =>
  z.refine<object>((value) => Object.keys(value).length <= maximum, {
    error: `must have at most ${maximum} entries`,
  });

/**
 * Body of `POST /repositories`. Unknown fields are refused. What the provider takes (name,
 * visibility, settings) is checked where the provider is known.
 */
export const createBody = z.strictObject({
  /** Id of the connection to act through. */
  connection: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Full name of the template repository; missing means a repository without one. */
  template: z.exactOptional(path(fullNameProblem).check(matches(/\//, fullNameProblem))),
  strategy: z._default(z.enum(['auto', 'generate', 'fork', 'create']), 'auto'),
  /** Path of the user or organisation; missing means the user's own. */
  namespace: z.exactOptional(path(namespaceProblem).check(z.minLength(1))),
  name: z.string().check(z.minLength(1), z.maxLength(255)),
  description: z.exactOptional(line(350)),
  visibility: z._default(z.enum(visibilities), 'private'),
  includeAllBranches: z._default(z.boolean(), false),
  settings: z._default(
    z.strictObject({
      homepage: z.exactOptional(webAddress),
      hasIssues: z.exactOptional(z.boolean()),
      hasWiki: z.exactOptional(z.boolean()),
      detachFork: z.exactOptional(z.boolean()),
    }),
    {},
  ),
  ci: z.exactOptional(z.boolean()),
  files: z._default(
    z.array(file).check(
      z.maxLength(maxFiles),
      z.superRefine((files, context) => {
        for (const { index, problem } of pathProblems(files.map(({ path }) => path))) {
          context.addIssue({ code: 'custom', path: [index, 'path'], message: problem });
        }
      }),
    ),
    [],
  ),
  commitMessage: z._default(
    z.string().check(z.minLength(1), z.maxLength(1000), matches(/^[^\0]*$/, 'must not hold NUL')),
    'Add initial files',
  ),
  /** Values for `{{placeholders}}`, besides `name`, `owner` and `description`. */
  variables: z._default(
    z.record(identifier, z.string().check(z.maxLength(4096))).check(
      entries(50),
      z.refine(
        (value) => !['name', 'owner', 'description'].some((key) => Object.hasOwn(value, key)),
        {
          error: 'must not set name, owner or description: they come from the request itself',
        },
      ),
    ),
    {},
  ),
  /** Handed back with the operation and its event. */
  labels: z._default(z.record(identifier, line(256)).check(entries(20)), {}),
  onFailure: z._default(z.enum(['keep', 'delete']), 'keep'),
  /** Minutes until an unfinished import is given up. */
  deadlineMinutes: z._default(z.int().check(z.gte(1), z.lte(240)), 30),
});

/** A parsed body, defaults filled in. */
export type CreateRequest = z.infer<typeof createBody>;

/** Header `Idempotency-Key`, taken as it is sent (draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyKey = z
  .string()
  .check(matches(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters'));
