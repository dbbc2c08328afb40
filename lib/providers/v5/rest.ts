import type { Answer } from '../../http/answer.ts';
import { type RestRequest, restClient } from '../../http/rest.ts';
import type { ProviderContext } from '../provider.ts';
import { type Refusal, type RefusalReader, refusalReader } from '../refusal.ts';
import { type V5Reason, v5Reasons } from './reasons.ts';

/** Sends one request of the dialect; a refusal is raised as one of our errors. */
export interface V5Rest {
  (request: RestRequest): Promise<Answer>;
  readonly because: RefusalReader<V5Reason>['because'];
  /** Told of rows that could not be read. */
  readonly leftOut: (rows: number) => void;
}

const creatingPath = /^\/(user|orgs\/[^/]+)\/repos$|\/forks$/;
const taken = /已经?存在|已被(占用|使用)|already (exists?|in use)|been taken/i;

export function v5Rest({ settings, fetch, now, leftOut = () => {} }: ProviderContext): V5Rest {
  const { because, read } = refusalReader(v5Reasons, { settings, now });
  const send = restClient({
    apiUrl: settings.apiUrl,
    fetch,
    failure(answer, { method, path, token }) {
      const creating = method === 'POST' && creatingPath.test(path);
      const refine = ({ status, said }: Refusal) => {
        if (status === 401 || status === 404) return undefined;
        if (status !== 409 && !taken.test(said)) return undefined;
        // Else the repository moved on between looking and writing: look again.
        return because(creating ? 'name_taken' : 'conflict');
      };
      return read(answer, { secrets: [token], refine });
    },
  });
  return Object.assign(send, { because, leftOut });
}
