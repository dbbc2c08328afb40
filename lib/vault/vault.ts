/*
 * The vault's front door: nothing else of this folder is imported from outside, but connection.ts by
 * those who only show a connection. Read on in this order.
 *
 *   at rest    connection.ts, record.ts, store.ts (each write with its condition), table-store.ts,
 *              tokens.ts (sealed for their place), tampering.ts, vouched.ts (what nobody can forge),
 *              schedule.ts (when idle care looks)
 *   consent    connect.ts
 *   refresh    1  look                        access.ts, assess.ts
 *              2  time enough, 3  the lease   take-lease.ts
 *              4  prepare                     refresh.ts, which is all eight in a row
 *              5  ask, 6  silence or refusal  ask-provider.ts, broken.ts
 *              7  complete                    tokens.ts
 *              8  write                       store-rotation.ts
 *   the end    disconnect.ts, revocation.ts, erase.ts (all of a subject)
 *   upkeep     idle.ts, reseal.ts, restore.ts
 */
export { accessToken, withAccess } from './access.ts';
export { connect } from './connect.ts';
export { getConnection, listConnections } from './connections.ts';
export { disconnect } from './disconnect.ts';
export { closeConnections, eraseConnections } from './erase.ts';
export { careForIdle } from './idle.ts';
export type { Asker, AuditLine, Outcome, TokenRequest, Vault } from './ports.ts';
export { outcomes } from './ports.ts';
export { isSealedWith, reseal } from './reseal.ts';
export { markRestored } from './restore.ts';
export type { ConnectionStore } from './store.ts';
export { connectionStore } from './table-store.ts';
