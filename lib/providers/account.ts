/** The user's access token and the account it belongs to; every call on a user's behalf takes it. */
export interface Access {
  readonly token: string;
  readonly login: string;
}

export interface Account {
  /** Immutable id at the provider, as a string; a login can be renamed, this cannot. */
  readonly id: string;
  readonly login: string;
  readonly name?: string;
}
