import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { awsError, type Guard, type Operation, readInput, serveAwsJson } from './aws-json.ts';
import type { Service } from './listen.ts';
import { secretArn } from './template.ts';

/** What the file holds: each secret by name, the value it has and the one it had before. */
const fileSchema = z.record(
  z.string(),
  z.object({
    value: z.optional(z.string()),
    version: z.optional(z.string()),
    previous: z.optional(z.object({ value: z.string(), version: z.string() })),
    changedAt: z.number(),
  }),
);
type Secrets = z.output<typeof fileSchema>;
type Secret = Secrets[string];

const byId = z.object({ SecretId: z.string() });
const getInput = z.extend(byId, {
  VersionId: z.optional(z.string()),
  VersionStage: z.optional(z.string()),
});
const putInput = z.extend(byId, {
  SecretString: z.string(),
  ClientRequestToken: z.optional(z.string()),
});
const createInput = z.object({ Name: z.string(), SecretString: z.optional(z.string()) });

/** Secrets kept in one file that only its owner can read. */
export interface SecretFile {
  get(name: string): string | undefined;
  /** Creates the secret if need be; without a value it then exists and is empty. */
  put(name: string, value?: string): void;
}

/** Opens the file; it is read anew for every call, so that it can be edited while in use. */
export function secretFile(
  path: string,
  now: () => number = Date.now,
): SecretFile & {
  readonly operations: Readonly<Record<string, Operation>>;
} {
  const read = (): Secrets =>
    existsSync(path) ? fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};

  function put(name: string, value?: string, version: string = randomUUID()) {
    const secrets = read();
    const before = secrets[name];
    if (value === undefined && before !== undefined) return version;
    const previous =
      before?.value !== undefined && before.version !== undefined
        ? { previous: { value: before.value, version: before.version } }
        : {};
    secrets[name] = {
      ...(value === undefined ? {} : { value, version }),
      ...previous,
      changedAt: now(),
    };
    // Written whole and then renamed, so that a reader never meets half a file.
    writeFileSync(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return version;
  }

  function find(id: string): { name: string; secret: Secret } {
    const secrets = read();
    const name = Object.keys(secrets).find((key) => id === key || id === secretArn(key));
    const secret = name === undefined ? undefined : secrets[name];
    if (name === undefined || secret === undefined) {
      throw awsError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    return { name, secret };
  }

  const operations: Record<string, Operation> = {
    GetSecretValue(input) {
      const { SecretId, VersionId, VersionStage } = readInput(getInput, input);
      const { name, secret } = find(SecretId);
      const version = versionOf(secret, VersionId, VersionStage ?? 'AWSCURRENT');
      return {
        ...head(name),
        CreatedDate: secret.changedAt / 1000,
        VersionId: version.id,
        VersionStages: [version.stage],
        SecretString: version.value,
      };
    },
    PutSecretValue(input) {
      const { SecretId, SecretString, ClientRequestToken } = readInput(putInput, input);
      const { name } = find(SecretId);
      const VersionId = put(name, SecretString, ClientRequestToken);
      return { ...head(name), VersionId, VersionStages: ['AWSCURRENT'] };
    },
    CreateSecret(input) {
      const { Name, SecretString } = readInput(createInput, input);
      if (Object.hasOwn(read(), Name)) {
        throw awsError('ResourceExistsException', `The secret ${Name} exists already.`);
      }
      const VersionId = put(Name, SecretString);
      return { ARN: secretArn(Name), Name, ...(SecretString === undefined ? {} : { VersionId }) };
    },
    DescribeSecret(input) {
      const { name, secret } = find(readInput(byId, input).SecretId);
      return describe(name, secret);
    },
    ListSecrets: () => ({
      SecretList: Object.entries(read()).map(([name, secret]) => describe(name, secret)),
    }),
  };

  return {
    get: (name) => read()[name]?.value,
    put: (name, value) => void put(name, value),
    operations,
  };
}

/** Secrets Manager's wire protocol over a {@link secretFile}. */
export function serveSecrets(
  port: number,
  { operations }: { readonly operations: Readonly<Record<string, Operation>> },
  guard?: Guard,
): Promise<Service> {
  return serveAwsJson(port, operations, guard);
}

function versionOf({ value, version, previous }: Secret, id: string | undefined, stage: string) {
  const versions = [
    { id: version, value, stage: 'AWSCURRENT' },
    { id: previous?.version, value: previous?.value, stage: 'AWSPREVIOUS' },
  ];
  const found = versions.find((one) => (id === undefined ? one.stage === stage : one.id === id));
  if (found?.value === undefined) {
    throw awsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  }
  return found;
}

function head(name: string) {
  return { ARN: secretArn(name), Name: name };
}

function describe(name: string, secret: Secret) {
  return {
    ...head(name),
    LastChangedDate: secret.changedAt / 1000,
    VersionIdsToStages: {
      ...(secret.version === undefined ? {} : { [secret.version]: ['AWSCURRENT'] }),
      ...(secret.previous === undefined ? {} : { [secret.previous.version]: ['AWSPREVIOUS'] }),
    },
  };
}
