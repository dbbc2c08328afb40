import type { RestRequest } from '../../http/rest.ts';
import type { ProviderContext } from '../provider.ts';
import { type Refusal, sharedReasons } from '../refusal.ts';
import { type RestHost, restHost } from '../rest-host.ts';
import { type V5Reason, v5Reasons } from './reasons.ts';

export type V5Rest = RestHost<V5Reason>;

const creatingPath = /^\/(user|orgs\/[^/]+)\/repos$|\/forks$/;
const taken = /已经?存在|已被(占用|使用)|already (exists?|in use)|been taken/i;
const busy = sharedReasons.busy.says;
/** It was turned on before. */
const isSo = /已经?(开通|启用|开启|打开)|already (enabled|open(ed)?|activated|turned on)/i;

/** The REST API of one host that speaks the dialect: which refusals mean a conflict goes by the call. */
export function v5Rest(context: ProviderContext): V5Rest {
  const host = restHost(v5Reasons, context);
  function send(request: RestRequest) {
    const creating = request.method === 'POST' && creatingPath.test(request.path);
    const refine = (refusal: Refusal) => {
      const reason = reasonOf(refusal, creating);
      return reason === undefined ? undefined : host.because(reason);
    };
    return host({ ...request, refine });
  }
  return Object.assign(send, { because: host.because, leftOut: host.leftOut });
}

function reasonOf({ status, said }: Refusal, creating: boolean) {
  if (status === 401 || status === 404) return undefined;
  if (busy.test(said)) return 'busy';
  // The repository moved on between looking and writing, or it was so already: look again.
  if (!creating && isSo.test(said)) return 'conflict';
  if (status !== 409 && !taken.test(said)) return undefined;
  return creating ? 'name_taken' : 'conflict';
}
