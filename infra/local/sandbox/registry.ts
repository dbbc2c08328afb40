import { atomgit } from './atomgit/atomgit.ts';
import { atomgitV5 } from './atomgit/v5.ts';
import { gitea } from './gitea/gitea.ts';
import { gitee } from './gitee/gitee.ts';
import { github } from './github/github.ts';
import { gitlab } from './gitlab/gitlab.ts';
import type { StandIn } from './stand-in.ts';

/**
 * The stand-ins, by the id they carry in a providers configuration. Ports, ids and every suite that
 * runs over all hosts follow from their order: a new one comes last.
 */
export const standIns = {
  github,
  gitlab,
  gitee,
  atomgit,
  'atomgit-v5': atomgitV5,
  gitea,
} as const satisfies Record<string, StandIn>;

export type HostId = keyof typeof standIns;
export type ListenerId = HostId | 'control';

export const hostIds = Object.keys(standIns) as HostId[]; // the keys of a literal

const firstPort = 4010;

/** Controls first, then the stand-ins in their order. */
export const defaultPorts = portsFrom(firstPort);

/** Ports in a row: controls, then the stand-ins in their order. */
export function portsFrom(first: number): Readonly<Record<ListenerId, number>> {
  const hosts = hostIds.map((id, index) => [id, first + 1 + index] as const);
  return each(new Map<ListenerId, number>([['control', first], ...hosts]));
}

/** Any free port for every listener. */
export const anyPorts = each<ListenerId, number>(
  new Map((['control', ...hostIds] as const).map((id) => [id, 0])),
);

/** `make` for every stand-in. */
export function forEachHost<T>(make: (id: HostId) => T): Readonly<Record<HostId, T>> {
  return each(new Map(hostIds.map((id) => [id, make(id)])));
}

function each<Id extends string, T>(entries: ReadonlyMap<Id, T>): Readonly<Record<Id, T>> {
  return Object.fromEntries(entries) as Record<Id, T>; // one entry for each id, at every call above
}
