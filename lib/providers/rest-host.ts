import type { ForgebridgeError } from '../errors.ts';
import type { Answer } from '../http/answer.ts';
import { type RestRequest, restClient } from '../http/rest.ts';
import { defined } from '../primitives/defined.ts';
import type { ProviderContext } from './provider.ts';
import { type Reason, type Refusal, type RefusalReader, refusalReader } from './refusal.ts';

interface Call extends RestRequest {
  /** What a refusal means to this call, where that is more than it says by itself. */
  readonly refine?: (refusal: Refusal) => ForgebridgeError | undefined;
}

/** The REST API of one host. Sends one request; a refusal is raised as one of our errors. */
export interface RestHost<Name extends string> {
  (call: Call): Promise<Answer>;
  readonly because: RefusalReader<Name>['because'];
  /** Told of rows that could not be read. */
  readonly leftOut: (rows: number) => void;
}

/** The REST API at `settings.apiUrl`, whose kind has these reasons for a no. */
export function restHost<Name extends string>(
  reasons: Readonly<Record<Name, Reason>>,
  { settings, fetch, now, leftOut = () => {} }: ProviderContext,
): RestHost<Name> {
  const { because, read } = refusalReader(reasons, { settings, now });
  const send = restClient<Call>({
    apiUrl: settings.apiUrl,
    fetch,
    failure: (answer, { token, refine }) =>
      read(answer, { secrets: [token], ...defined({ refine }) }),
  });
  return Object.assign(send, { because, leftOut });
}
