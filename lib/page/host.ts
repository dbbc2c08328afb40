import type { Connection } from '../vault/connection.ts';

/** A configured host as the page shows it. */
export interface Host {
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Its mark: one SVG path in a square of 24. */
  readonly icon: string;
  readonly abilities: {
    readonly strategies: readonly string[];
    readonly visibilities: readonly string[];
    readonly settings: readonly string[];
    readonly forksKeepVisibility: boolean;
    readonly installations: boolean;
  };
}

/** A connection and its host; one that is no longer configured has none. */
export interface Account {
  readonly connection: Connection;
  readonly host: Host | undefined;
}

/** Whether repositories can be created with it now. */
export function creates({ connection, host }: Account): boolean {
  return connection.status === 'active' && host !== undefined && createsAt(host);
}

export function createsAt({ abilities }: Host): boolean {
  return abilities.strategies.length > 0;
}

/** Whether what is made from a template there is as visible as the template. */
export function keepsVisibility({ abilities }: Host): boolean {
  return abilities.forksKeepVisibility && !abilities.strategies.includes('generate');
}

/** What an account is called: login and host. */
export function accountName({ connection, host }: Account): string {
  return `${connection.account.login} (${host?.name ?? connection.provider})`;
}
