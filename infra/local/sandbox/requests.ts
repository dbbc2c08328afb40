import type { ListenerId } from './registry.ts';

/** One request as it arrived. Header values and bodies are not kept; the URL is, raw. */
export interface LoggedRequest {
  readonly provider: ListenerId;
  readonly method: string;
  /** As on the request line: path and query, undecoded. */
  readonly url: string;
  /** Lower case. */
  readonly headerNames: readonly string[];
  /** Epoch milliseconds of the sandbox clock. */
  readonly at: number;
  /** `grant_type` of a call to a token endpoint; `authorization_code` where a host leaves it out. */
  grantType?: string;
  /** 0 until answered; `reset` when the connection was cut instead. */
  status: number | 'reset';
}

export interface RequestLog {
  readonly entries: readonly LoggedRequest[];
  add(entry: LoggedRequest): LoggedRequest;
  clear(): void;
}

/** An empty log. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    entries,
    add(entry) {
      entries.push(entry);
      return entry;
    },
    clear: () => void entries.splice(0),
  };
}

/** How often each grant type reached a host's token endpoint. */
export function tokenCalls(log: RequestLog, provider: ListenerId): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of log.entries) {
    if (entry.provider !== provider || entry.grantType === undefined) continue;
    counts[entry.grantType] = (counts[entry.grantType] ?? 0) + 1;
  }
  return counts;
}
