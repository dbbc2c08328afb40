import type { Caller, SubjectCaller } from '../callers/authenticate.ts';
import type { InstallationUse } from '../compose/installed-apps.ts';
import { vault } from '../compose/opening-vault.ts';
import type { Access, Provider } from '../providers/provider.ts';
import { withAccess } from '../vault/vault.ts';
import type { Call } from './endpoint.ts';
import { connectionsWithin } from './reach.ts';
import { connectionRef } from './views.ts';

/** Acts at the provider with the connection that the path names. `purpose` goes into the audit line. */
export function atProvider<Result>(
  {
    caller,
    parameters,
    invocation,
  }: Call & {
    readonly caller: SubjectCaller;
    readonly parameters: { readonly connectionId: string };
  },
  purpose: string,
  use: (access: Access, provider: Provider) => Promise<Result>,
): Promise<Result> {
  return withAccess(
    connectionsWithin(caller, vault(invocation)),
    {
      ref: connectionRef(caller, parameters),
      caller: caller.name,
      purpose,
      timeLeft: invocation.timeLeft,
    },
    use,
  );
}

/** The installation that the path names, used on behalf of the caller. */
export function installationNamed({
  caller,
  parameters,
  invocation,
}: Call & {
  readonly caller: Caller;
  readonly parameters: { readonly provider: string; readonly installationId: string };
}): InstallationUse {
  return { ...parameters, caller: caller.name, invocation };
}
