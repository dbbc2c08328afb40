/** The kinds of records in the table, by what their partition key is. No other key can be touched. */
export const partitions = {
  links: 'LINK#*',
  sessions: 'SESSION#*',
  subjects: 'SUBJECT#*',
  names: 'NAME#*',
  installations: 'INSTALLATION#*',
  erasures: 'ERASURE#*',
  keyUses: 'KEYUSE#*',
  drafts: 'DRAFT#*',
} as const;

/** `Query byTime` is a query of that index alone; `sets` names all that an update may touch. */
type TableAction =
  | 'GetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'Query byTime'
  | { readonly sets: readonly string[] };

/** What one function may do, and nothing else. */
export interface Grants {
  /**
   * May look up an API key, in the table that no function can write to, and note in the other one when
   * it was used.
   */
  readonly apiKeys?: true;
  /** Actions on the table, for each kind of record. */
  readonly table?: Readonly<Partial<Record<keyof typeof partitions, readonly TableAction[]>>>;
  /** May query the index `due`: what idle care has to look at, and the links of a subject. */
  readonly due?: true;
  /**
   * Secrets it may read: every provider's client secret, every app's private key, the public half
   * that seals tokens, the private half that opens them.
   */
  readonly secrets?: readonly ('client' | 'app-key' | 'keys/seal' | 'keys/open')[];
  /** May start that state machine. */
  readonly start?: 'creation' | 'erasure';
  /** May publish on the event bus, as `forgebridge` alone. */
  readonly events?: true;
  /** A step of that state machine, whose role may invoke it. */
  readonly step?: 'creation' | 'erasure';
  /** Invoked asynchronously: may leave what it cannot handle in the dead-letter queue. */
  readonly async?: true;
}

/** Knows a caller by an API key; by a browser's session. */
const key = { apiKeys: true } as const;
const session = { sessions: ['GetItem'] } as const;
const tokens = ['client', 'keys/seal', 'keys/open'] as const;
const signing = ['app-key', 'keys/seal', 'keys/open'] as const;

/** Uses a connection's token, which may have to be refreshed first. */
const usesTokens = {
  ...key,
  table: { ...session, subjects: ['GetItem', 'UpdateItem'] },
  secrets: tokens,
  events: true,
} as const;
const step = {
  step: 'creation',
  table: { subjects: ['GetItem', 'PutItem', 'UpdateItem'] },
  secrets: tokens,
  events: true,
} as const;
const creates = {
  ...step,
  table: { ...step.table, names: ['GetItem', 'PutItem'] },
} as const;
const mints = {
  ...key,
  table: { installations: ['GetItem', 'UpdateItem'] },
  secrets: signing,
} as const;

/** Each function by name, with what it may do: infra/cloudformation/roles.ts makes a role of each. */
export const grants = {
  page: {
    table: {
      ...session,
      subjects: ['GetItem', 'PutItem', 'Query', 'Query byTime'],
      names: ['GetItem'],
      drafts: ['GetItem', 'PutItem', 'Query', 'DeleteItem'],
    },
    start: 'creation',
    events: true,
  },
  createSession: { ...key, table: { links: ['PutItem'] } },
  // It marks a link as opened; what a link says, it cannot set.
  openSession: {
    table: {
      links: [{ sets: ['openedAt', 'secretHash', 'expiresAt'] }],
      sessions: ['PutItem'],
    },
  },
  closeSession: { table: { sessions: ['DeleteItem'] } },
  endSessions: {
    ...key,
    due: true,
    table: { links: ['DeleteItem'], sessions: ['Query', 'DeleteItem'] },
  },

  startConnect: { table: { ...session, subjects: ['GetItem', 'PutItem'] } },
  getToken: {
    table: { ...session, subjects: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    secrets: ['client', 'keys/seal'],
    events: true,
  },

  listConnections: { ...key, table: { ...session, subjects: ['Query'] } },
  getConnection: { ...key, table: { ...session, subjects: ['GetItem'] } },
  deleteConnection: {
    ...key,
    table: { ...session, subjects: ['GetItem', 'UpdateItem', 'DeleteItem'] },
    secrets: ['client', 'keys/open'],
  },
  refreshToken: usesTokens,
  listNamespaces: usesTokens,
  listRepositories: usesTokens,
  checkName: usesTokens,

  createRepository: {
    ...key,
    table: { ...session, subjects: ['GetItem', 'PutItem'], names: ['GetItem'] },
    start: 'creation',
  },
  listOperations: { ...key, table: { ...session, subjects: ['Query byTime'] } },
  getOperation: {
    ...key,
    table: { ...session, subjects: ['GetItem', 'PutItem'] },
    start: 'creation',
    events: true,
  },
  cancelOperation: {
    ...key,
    table: { ...session, subjects: ['GetItem', 'PutItem'] },
    start: 'creation',
  },

  listProviders: {},
  installApp: {},
  listInstallations: { ...key, secrets: ['app-key'] },
  listInstallationRepositories: mints,
  atomgitInstallationToken: mints,

  careForIdle: {
    async: true,
    table: { subjects: ['GetItem', 'UpdateItem', 'DeleteItem'] },
    due: true,
    secrets: tokens,
    events: true,
  },

  endOverdue: {
    async: true,
    table: { subjects: ['GetItem', 'PutItem'] },
    due: true,
    start: 'creation',
    events: true,
  },

  eraseSubject: { ...key, table: { erasures: ['GetItem', 'PutItem'] }, start: 'erasure' },
  getErasure: { ...key, table: { erasures: ['GetItem'] } },
  eraseRecords: {
    step: 'erasure',
    due: true,
    table: {
      links: ['DeleteItem'],
      sessions: ['Query', 'DeleteItem'],
      subjects: ['GetItem', 'UpdateItem', 'DeleteItem', 'Query'],
      names: ['DeleteItem'],
      erasures: ['UpdateItem'],
    },
    secrets: ['client', 'keys/open'],
  },
  openapi: {},
  health: { ...key, secrets: ['client', 'keys/seal'] },

  generateFromTemplate: creates,
  forkRepo: creates,
  createEmptyRepo: creates,
  pollImportStatus: step,
  configureRepo: step,
  commitFiles: step,
  finishOperation: {
    ...step,
    table: {
      subjects: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      names: ['GetItem', 'DeleteItem'],
    },
  },
} as const satisfies Readonly<Record<string, Grants>>;

/** The functions that are steps of that state machine. */
export function stepsOf(machine: NonNullable<Grants['step']>): readonly string[] {
  return Object.entries<Grants>(grants).flatMap(([name, { step: of }]) =>
    of === machine ? [name] : [],
  );
}

/** The functions that are steps of any. */
export const steps: readonly string[] = [...stepsOf('creation'), ...stepsOf('erasure')];
