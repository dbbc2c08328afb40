import type { ErrorDetails } from '../errors.ts';
import type { Access, Provider } from '../providers/provider.ts';
import type { Connection, ConnectionRef } from '../vault/connection.ts';
import type { OperationRecord } from './record.ts';
import type { OperationStore } from './store.ts';

/** What reading, listing and cancelling need from outside. */
export interface Following {
  readonly store: OperationStore;
  readonly workflow: Workflow;
  /** Epoch milliseconds. */
  now(): number;
  /** Publishes the event. Called at least once for each operation that ended. */
  emit(event: OperationEvent): Promise<void>;
}

/** What recording a creation needs beside that. Nothing here can open a token. */
export interface Planning extends Following {
  readonly connections: {
    /** @throws ForgebridgeError `NotFound`, also for another subject's connection. */
    get(ref: ConnectionRef): Promise<Connection>;
  };
  /** A provider's client, for what it says of itself. @throws ForgebridgeError `NotFound`. */
  providers(id: string): Promise<Provider>;
}

/** What the steps need, which act at the provider. */
export interface Operations extends Omit<Following, 'workflow'> {
  readonly useConnection: UseConnection;
  /** Between 0 and 1, for jitter. */
  random(): number;
  /** Milliseconds until this run's function is ended from outside. */
  timeLeft(): number;
  sleep(milliseconds: number): Promise<void>;
}

/**
 * Runs `use` with a valid token of that connection and the client of its provider. `purpose` is
 * what the audit line says. `use` can run a second time, when its token was refused the first time.
 */
export type UseConnection = <T>(
  ref: ConnectionRef,
  purpose: string,
  use: (access: Access, provider: Provider) => Promise<T>,
) => Promise<T>;

/** Starts the state machine, once per name: a second start under the same name is none. */
export interface Workflow {
  start(execution: Execution): Promise<void>;
}

export interface Execution {
  readonly name: string;
  readonly operationId: string;
  readonly strategy: string;
}

/** Told when an operation has ended. Delivered at least once: receivers drop what they know by `operationId`. */
export interface OperationEvent {
  readonly type: 'repository.succeeded' | 'repository.failed' | 'repository.cancelled';
  readonly operationId: string;
  readonly provider: string;
  readonly strategy: string;
  /** The repository asked for, as namespace path and name. */
  readonly fullName: string;
  /** RFC 3339. */
  readonly endedAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On success, and on failure when a repository was left behind. */
  readonly repository?: { readonly id: string; readonly fullName: string; readonly webUrl: string };
  readonly error?: { readonly code: string; readonly step: string; readonly reason?: string };
}

/**
 * One repository being created, as its caller sees it. Times are RFC 3339. Statuses, steps and codes are
 * words: another version may have written one that this one does not know.
 */
export interface Operation {
  readonly id: string;
  readonly status: OperationRecord['status'];
  /** Grows with every change of the record: an ETag. */
  readonly version: number;
  readonly provider: string;
  readonly connection: string;
  readonly strategy: string;
  /** The repository asked for, as namespace path and name; as the provider spells it once known. */
  readonly fullName: string;
  /** From 0 to 100; 100 means succeeded. */
  readonly progress: number;
  readonly steps: readonly {
    readonly name: string;
    /** `running`, `succeeded`, `failed`. */
    readonly state: string;
    readonly startedAt: string;
    readonly endedAt?: string;
  }[];
  /** Only of a succeeded operation. */
  readonly result?: {
    readonly id: string;
    readonly fullName: string;
    readonly webUrl: string;
    readonly cloneUrls: { readonly https: string; readonly ssh?: string };
    readonly defaultBranch: string;
  };
  /** Only of a failed or cancelled operation; `remedy` is always there. */
  readonly error?: Omit<ErrorDetails, 'retryAfter'> & {
    readonly code: string;
    readonly step: string;
    readonly remedy: string;
  };
  /** What a failed or cancelled operation created and did not delete. */
  readonly leftBehind?: { readonly id: string; readonly fullName: string; readonly webUrl: string };
  /** What the operation is kept by, as a code of ours, and when it goes on (RFC 3339). */
  readonly waiting?: { readonly code: string; readonly until: string };
  /** The caller asked to cancel; the workflow stops at its next step. */
  readonly cancelRequested: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly deadline: string;
}
