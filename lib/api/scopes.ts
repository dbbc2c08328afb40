/** Who can call: the product's backend, a signed-in user's own token, a browser. */
export type CallerKind = 'key' | 'jwt' | 'session';

/** What a caller may do, and which kinds of caller can ever do it. Keys list theirs one by one. */
export const scopes = {
  'sessions:write': ['key'],
  'subjects:erase': ['key'],
  'installations:read': ['key'],
  'installations:write': ['key'],
  /** A JWT needs the operator's claim besides; a browser session never reads a token. */
  'tokens:read': ['key', 'jwt'],
  'connections:read': ['key', 'jwt', 'session'],
  'connections:write': ['key', 'jwt', 'session'],
  'repositories:read': ['key', 'jwt', 'session'],
  'repositories:write': ['key', 'jwt', 'session'],
} as const satisfies Record<string, readonly CallerKind[]>;

export type Scope = keyof typeof scopes;

export const scopeNames = Object.keys(scopes) as readonly Scope[]; // the keys of a literal

/**
 * What is written down whenever it is used or tried: it reaches tokens, sessions or everything of a
 * subject. `refusal` alone where each token handed out has a line of its own.
 */
export const audited: Readonly<Partial<Record<Scope, 'always' | 'refusal'>>> = {
  'sessions:write': 'always',
  'subjects:erase': 'always',
  'installations:read': 'always',
  'installations:write': 'refusal',
  'tokens:read': 'refusal',
  'connections:write': 'always',
};

/** Scopes of what concerns no single subject: only the product's backend has them. */
export type BackendScope = {
  [Name in Scope]: (typeof scopes)[Name] extends readonly ['key'] ? Name : never;
}[Scope];

/** Scopes of what is done for one subject. */
export type SubjectScope = Exclude<Scope, BackendScope>;
