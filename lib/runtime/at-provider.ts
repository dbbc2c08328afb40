import type { Access, Provider } from '../providers/provider.ts';
import { withAccess } from '../vault/vault.ts';
import type { SubjectCaller } from './authenticate.ts';
import type { Call } from './endpoint.ts';
import { vault } from './vault.ts';
import { connectionRef } from './views.ts';

/** Acts at the provider with the connection that the path names. `purpose` goes into the audit line. */
export function withConnection<Result>(
  { caller, request, invocation }: Call & { readonly caller: SubjectCaller },
  purpose: string,
  use: (access: Access, provider: Provider) => Promise<Result>,
): Promise<Result> {
  return withAccess(
    vault(invocation),
    {
      ref: connectionRef(caller, request),
      caller: caller.name,
      purpose,
      timeLeft: invocation.timeLeft,
    },
    use,
  );
}
