import type { SubjectCaller } from '../callers/authenticate.ts';
import type { SharedToken } from '../installations/mint.ts';
import type { Operation } from '../operations/operation.ts';
import { rfc3339 } from '../primitives/time.ts';
import type { Installation, Repository } from '../providers/provider.ts';
import type { Connection, ConnectionRef } from '../vault/connection.ts';

/** The connection that the path names, among this caller's own. */
export function connectionRef(
  { partition }: SubjectCaller,
  { connectionId }: { readonly connectionId: string },
): ConnectionRef {
  return { partition, id: connectionId };
}

/** A connection as it is sent: times in RFC 3339. */
export function connectionView({ connectedAt, updatedAt, expiresAt, ...rest }: Connection) {
  return {
    ...rest,
    connectedAt: rfc3339(connectedAt),
    updatedAt: rfc3339(updatedAt),
    ...(expiresAt === undefined ? {} : { expiresAt: rfc3339(expiresAt) }),
  };
}

/** A repository as it is sent. */
export function repositoryView({ createdAt, ...rest }: Repository) {
  return { ...rest, ...(createdAt === undefined ? {} : { createdAt: rfc3339(createdAt) }) };
}

/** The version as an ETag, and how long to wait before another look is worth it. */
export function operationHeaders({ id, version, status }: Operation) {
  const going = status === 'pending' || status === 'running';
  return { etag: `"${id.slice(-8)}-${version}"`, ...(going ? { 'retry-after': '2' } : {}) };
}

/** An installation as it is sent. */
export function installationView({ createdAt, ...rest }: Installation) {
  return { ...rest, ...(createdAt === undefined ? {} : { createdAt: rfc3339(createdAt) }) };
}

/** An installation token as it is sent: its end in RFC 3339, UTC. */
export function installationTokenView(shared: SharedToken) {
  const { token, expiresAt, permissions, repositorySelection } = shared;
  return { token, expiresAt: rfc3339(expiresAt), permissions, repositorySelection };
}
