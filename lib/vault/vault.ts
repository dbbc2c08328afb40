/*
 * The vault's front door: connections are made, read and ended through here, and tokens handed out.
 * Behind it: record.ts and store.ts (at rest), sealing.ts (hidden), assess.ts, access.ts, refresh.ts
 * and ask.ts (the refresh protocol), revocation.ts and idle.ts (afterwards).
 */
export { accessToken, withAccess } from './access.ts';
export { connect } from './connect.ts';
export { getConnection, listConnections } from './connections.ts';
export { disconnect, eraseConnections } from './disconnect.ts';
export { careForIdle } from './idle.ts';
export type { AuditLine, TokenRequest, Vault } from './ports.ts';
