import type { ForgebridgeError } from '../../errors.ts';
import type { Answer } from '../../http/answer.ts';
import { type RestRequest, restClient } from '../../http/rest.ts';
import { defined } from '../../primitives/defined.ts';
import type { ProviderContext } from '../provider.ts';
import { type Refusal, type RefusalReader, refusalReader } from '../refusal.ts';
import { type GiteaReason, giteaReasons } from './reasons.ts';

interface Call extends RestRequest {
  /** What a refusal means to this call, where that is more than it says by itself. */
  readonly refine?: (refusal: Refusal) => ForgebridgeError | undefined;
}

/** Sends one request; a refusal is raised as one of our errors. */
export interface Gitea {
  (call: Call): Promise<Answer>;
  readonly because: RefusalReader<GiteaReason>['because'];
  /** Told of rows that could not be read. */
  readonly leftOut: (rows: number) => void;
}

/** The REST API of one Gitea or Forgejo. */
export function giteaClient({ settings, fetch, now, leftOut = () => {} }: ProviderContext): Gitea {
  const { because, read } = refusalReader(giteaReasons, { settings, now });
  const send = ({ refine, ...request }: Call) =>
    restClient({
      apiUrl: settings.apiUrl,
      fetch,
      failure: (answer) => read(answer, { secrets: [request.token], ...defined({ refine }) }),
    })(request);
  return Object.assign(send, { because, leftOut });
}
