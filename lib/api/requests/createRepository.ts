import * as z from 'zod/mini';
import { strategies } from '../../providers/creation.ts';
import { visibilities } from '../../providers/repository.ts';
import { oneLine } from '../formats.ts';
import type { RouteRequest } from '../route.ts';
import { maxProperties } from '../rules.ts';

const fullNameProblem = 'must be a full name such as owner/repository';
const webAddressProblem = 'must be an http or https address';
const namespaceProblem = 'must be a path such as owner or group/subgroup';

/** A segment as all hosts have them, and none that leads elsewhere: not `.` and not `..`. */
const segment = String.raw`(?:[\w-]|\.[\w-]|\.\.[\w.-])[\w.-]*`;
const fullName = new RegExp(`^${segment}(?:/${segment})+$`);
const namespace = new RegExp(`^${segment}(?:/${segment})*$`);

const identifier = z
  .string()
  .check(z.regex(/^[A-Za-z_]\w{0,63}$/, 'must be a letter followed by letters, digits or _'));
/** `name`, `owner` and `description` come from the request itself. */
const variableName = z
  .string()
  .check(
    z.regex(
      /^(?!(?:name|owner|description)$)[A-Za-z_]\w{0,63}$/,
      'must be a letter followed by letters, digits or _, and not name, owner or description',
    ),
  );

const path = z.string().check(z.minLength(1), z.maxLength(1024));
const file = z.union(
  [
    z.strictObject({ path, text: z.string() }),
    z.strictObject({
      path,
      base64: z.base64('must be base64 with padding and without line breaks'),
    }),
  ],
  'must have either text or base64',
);

/** Full name of a template. */
export const templateName = z.string().check(z.maxLength(255), z.regex(fullName, fullNameProblem));

/** Unknown members are refused. What the provider takes is checked where the provider is known. */
const body = z.strictObject({
  connection: z.string().check(z.minLength(1), z.maxLength(64)),
  template: z.exactOptional(templateName),
  strategy: z._default(z.enum(['auto', ...strategies]), 'auto'),
  namespace: z.exactOptional(
    z.string().check(z.minLength(1), z.maxLength(255), z.regex(namespace, namespaceProblem)),
  ),
  name: z.string().check(z.minLength(1), z.maxLength(255)),
  description: z.exactOptional(oneLine(350)),
  visibility: z._default(z.enum(visibilities), 'private'),
  includeAllBranches: z._default(z.boolean(), false),
  settings: z._default(
    z.strictObject({
      homepage: z.exactOptional(
        z
          .string()
          .check(
            z.maxLength(255),
            z.regex(/^https?:\/\/\S+$/, webAddressProblem),
            z.url(webAddressProblem),
          ),
      ),
      hasIssues: z.exactOptional(z.boolean()),
      hasWiki: z.exactOptional(z.boolean()),
      detachFork: z.exactOptional(z.boolean()),
    }),
    {},
  ),
  ci: z.exactOptional(z.boolean()),
  files: z._default(z.array(file).check(z.maxLength(50)), []),
  commitMessage: z._default(
    z
      .string()
      .check(z.minLength(1), z.maxLength(1000), z.regex(/^[^\u0000]*$/, 'must not hold NUL')),
    'Add initial files',
  ),
  variables: z._default(
    z.record(variableName, z.string().check(z.maxLength(4096))).check(maxProperties(50)),
    {},
  ),
  labels: z._default(z.record(identifier, oneLine(256)).check(maxProperties(20)), {}),
  onFailure: z._default(z.enum(['keep', 'delete']), 'keep'),
  /** Minutes. */
  deadlineMinutes: z._default(z.int().check(z.gte(1), z.lte(240)), 30),
});

/** A parsed body, defaults filled in. */
export type CreateRequest = z.output<typeof body>;

/** Creates a repository. */
export const createRepository = {
  method: 'POST',
  path: '/repositories',
  scope: 'repositories:write',
  headers: z.object({
    // Taken as it is sent (draft-ietf-httpapi-idempotency-key-header).
    'Idempotency-Key': z
      .string('is missing: choose a new one, such as a random UUID, for each repository you want')
      .check(z.regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')),
  }),
  body,
} as const satisfies RouteRequest;
