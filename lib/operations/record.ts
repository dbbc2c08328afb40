import * as z from 'zod/mini';
import { visibilities } from '../providers/provider.ts';
import { digest, digestLength } from '../storage/keys.ts';
import type { Key } from '../storage/table.ts';

/** The steps of the workflow that a record lists, named as their functions. */
export const stepNames = [
  'generateFromTemplate',
  'forkRepo',
  'createEmptyRepo',
  'pollImportStatus',
  'configureRepo',
  'commitFiles',
  'finishOperation',
] as const;
export type StepName = (typeof stepNames)[number];

const text = z.string();
/**
 * A status, step, strategy or error code. Two versions run side by side while one is deployed, and
 * after a rollback: a word that this one does not know is shown as it stands and never acted upon.
 */
const word = z.string();
const settings = z.object({
  description: z.exactOptional(text),
  visibility: z.exactOptional(z.enum(visibilities)),
  homepage: z.exactOptional(text),
  hasIssues: z.exactOptional(z.boolean()),
  hasWiki: z.exactOptional(z.boolean()),
  detachFork: z.exactOptional(z.boolean()),
  ci: z.exactOptional(z.boolean()),
});

/** What was decided from the request alone. */
const plan = z.object({
  strategy: word,
  /** Path of the user or organisation, as asked for. */
  namespace: text,
  /** It is the account's own, asked for by no name: found by the account where that was renamed. */
  own: z.exactOptional(z.boolean()),
  name: text,
  /** Full name, as asked for. */
  template: z.exactOptional(text),
  includeAllBranches: z.boolean(),
  visibility: z.enum(visibilities),
  /** Whether the creating call carries the operation's mark as its description. */
  marked: z.boolean(),
  settings,
  /** Number of files to commit; their contents are a record of their own. */
  files: z.number(),
  commitMessage: text,
  onFailure: z.enum(['keep', 'delete']),
});
export type Plan = z.infer<typeof plan>;

/** What the host said before anything was created. */
const preflight = z.object({
  namespace: z.object({
    id: text,
    path: text,
    name: text,
    kind: z.enum(['user', 'organization']),
  }),
  /** The template's full name, as the host spells it. */
  template: z.exactOptional(text),
});
export type Preflight = z.infer<typeof preflight>;

const step = z.object({
  name: word,
  state: word,
  startedAt: z.number(),
  endedAt: z.exactOptional(z.number()),
});

const repository = z.object({
  id: text,
  fullName: text,
  webUrl: text,
  cloneUrls: z.object({ https: text, ssh: z.exactOptional(text) }),
  visibility: z.enum(visibilities),
  defaultBranch: z.exactOptional(text),
  /** When this operation learned of it; readiness is waited for from here. */
  since: z.number(),
  /** Proved to be this operation's by the creating call's own reply or by the mark. */
  proved: z.boolean(),
});

const operationError = z.object({
  code: word,
  step: text,
  reason: z.exactOptional(text),
  remedy: z.exactOptional(text),
  fields: z.exactOptional(z.array(z.object({ field: text, problem: text }))),
  reconnectUrl: z.exactOptional(text),
  installUrl: z.exactOptional(text),
  suggestions: z.exactOptional(z.array(text)),
});
export type OperationError = z.infer<typeof operationError>;

/** An operation as stored. Times are epoch milliseconds, `ttl` epoch seconds. */
export const operationRecord = z.object({
  pk: text,
  sk: text,
  v: z.literal(1),
  /** Grows by one with every write; the condition of the next one. */
  version: z.number(),
  /** Names the write that stands here, so that a writer knows its own. */
  write: text,
  id: text,
  /** `pending`, `running`, `succeeded`, `failed`, `cancelled`. */
  status: word,
  /** Digest of the request, to tell a replay from another request under the same key. */
  fingerprint: text,
  connection: text,
  provider: text,
  /** Root of the host's API: two providers can be the same host, where a name is there but once. */
  host: z.exactOptional(text),
  plan,
  preflight: z.exactOptional(preflight),
  labels: z.record(text, text),
  steps: z.array(step),
  /** When the first creating call was about to go out; the name was seen to be free before. */
  intentAt: z.exactOptional(z.number()),
  /** Creating calls that may have gone out. */
  creatingCalls: z.number(),
  /** The run of a step that is at a creating call, and when its function is over at the latest. */
  acting: z.exactOptional(z.object({ run: text, until: z.number() })),
  /** When a creating call last ended without a word on whether it worked: the host may still act on it. */
  unansweredAt: z.exactOptional(z.number()),
  /** Files that are committed, where the host takes them one by one. */
  committed: z.exactOptional(z.number()),
  /** What kept the last step from its work, and when it goes on. Nothing is asked of the host before. */
  waiting: z.exactOptional(z.object({ code: word, until: z.number() })),
  /** Until when the host said that it wants no requests. */
  silentUntil: z.exactOptional(z.number()),
  /** Steps in a row that were kept from their work. */
  tries: z.exactOptional(z.number()),
  /** It is being ended: no creating call begins any more. */
  closing: z.exactOptional(z.boolean()),
  repository: z.exactOptional(repository),
  /** Since when the host has not shown the repository. */
  unseenSince: z.exactOptional(z.number()),
  cancelRequested: z.boolean(),
  error: z.exactOptional(operationError),
  /** The repository was deleted again, as `onFailure` asked. */
  deleted: z.boolean(),
  announced: z.boolean(),
  createdAt: z.number(),
  deadline: z.number(),
  /** Place in the index of what must be looked at, until it has ended. */
  dueShard: z.exactOptional(text),
  dueAt: z.exactOptional(z.number()),
  ttl: z.number(),
});
export type OperationRecord = z.infer<typeof operationRecord>;

/** Records live for 90 days. */
export const lifeSeconds = 90 * 24 * 60 * 60;
/** The part of the index `due` in which operations stand. */
export const overdueShard = 'operations';
/** How long one may be pending before its start counts as missed, in milliseconds. */
export const missedAfter = 60_000;
/** After the deadline a step may still end what it began; behind this, nothing goes on. */
export const graceMs = 60_000;

const partitionPrefix = 'SUBJECT#';

/**
 * The id that one idempotency key of one subject always has: 44 base64url characters, the first
 * half naming the partition, so that a step finds the record from the id alone.
 */
export function operationId(partition: string, idempotencyKey: string): string {
  return partition.slice(partitionPrefix.length) + digest(partition, idempotencyKey);
}

/** Key of the operation's record; undefined for what cannot be an operation's id. */
export function operationKey(id: string): Key | undefined {
  if (!/^[\w-]{44}$/.test(id)) return undefined;
  return { pk: partitionPrefix + id.slice(0, digestLength), sk: operationPrefix + id };
}

export const operationPrefix = 'OPERATION#';

/** Key of the seeded files' contents. The fingerprint keeps another request's files apart. */
export function filesKey({
  pk,
  id,
  fingerprint,
}: Pick<OperationRecord, 'pk' | 'id' | 'fingerprint'>): Key {
  return { pk, sk: `FILES#${id}#${fingerprint}` };
}

/** Key of the reservation of one name at one host. Names differ by more than case. */
export function nameKey({
  host,
  provider,
  plan: { namespace, name },
}: Pick<OperationRecord, 'host' | 'provider' | 'plan'>): Key {
  const key = `NAME#${host ?? provider}#${`${namespace}/${name}`.toLowerCase()}`;
  return { pk: key, sk: key };
}

/** The description that creating calls carry until ConfigureRepo sets the real one. */
export function markOf(id: string): string {
  return `forgebridge operation ${id}`;
}

/** The full name of the repository asked for, as the host spells it once that is known. */
export function targetName({
  plan,
  preflight,
}: Pick<OperationRecord, 'plan' | 'preflight'>): string {
  return `${preflight?.namespace.path ?? plan.namespace}/${plan.name}`;
}

/**
 * Whether the operation has ended: from here its status never changes again. One whose status this
 * version does not know is another version's to go on with, and is left alone as well.
 */
export function ended(record: Pick<OperationRecord, 'status'>): boolean {
  return record.status !== 'pending' && record.status !== 'running';
}
