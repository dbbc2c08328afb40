import { createHash } from 'node:crypto';

/** Length of {@link digest}: 22 base64url characters carry 132 bits. */
export const digestLength = 22;

/** A short one-way name for `parts`: SHA-256 over their JSON, cut to 132 bits, base64url. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('base64url')
    .slice(0, digestLength);
}

/** Partition of everything that belongs to one subject. The subject's own id is not stored in it. */
export function subjectPartition(subject: string): string {
  return `SUBJECT#${digest(subject)}`;
}

/** What of a subject may be written down: the digest in its partition's name. */
export function subjectDigest(partition: string): string {
  return partition.slice('SUBJECT#'.length);
}
