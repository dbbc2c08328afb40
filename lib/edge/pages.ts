import { config } from '../aws/configuration.ts';
import type { Session } from '../callers/sessions.ts';
import { connections } from '../compose/connection-records.ts';
import { following } from '../compose/planning.ts';
import { shownHosts } from '../compose/provider-offers.ts';
import type { Operation } from '../operations/operation.ts';
import { listOperations } from '../operations/read.ts';
import { buttonContent } from '../page/button.ts';
import { homeContent } from '../page/home.ts';
import type { Account, Host } from '../page/host.ts';
import { textsIn } from '../page/language.ts';
import { defined } from '../primitives/defined.ts';
import { listConnections } from '../vault/vault.ts';
import { languageIn, showPage } from './browser.ts';
import { unfinished } from './draft-keeping.ts';
import type { Call } from './endpoint.ts';
import { buttonIn } from './pictures.ts';
import { type Reply, redirect } from './reply.ts';
import type { HttpRequest } from './request.ts';

/** Operations that the first page shows. */
const shown = 8;

export async function homePage(call: Call, session: Session): Promise<Reply> {
  const { request, now } = call;
  const [{ hosts, accounts }, operations, draft] = await Promise.all([
    accountsOf(call, session),
    operationsOf(session),
    unfinished(call, session),
  ]);
  const setup = setupIn(request);
  // Whoever left the form to install the app goes on there.
  if (setup !== undefined && draft !== undefined) {
    return redirect(`${draft.place}${draft.place.includes('?') ? '&' : '?'}setup=${setup}`);
  }
  const { template = '', name = '' } = draft?.fields ?? {};
  const begun = draft && { place: draft.place, about: name || template };
  const language = languageIn(request);
  const content = homeContent(language, {
    hosts,
    accounts,
    operations: operations.slice(0, shown),
    now,
    ...defined({ setup, unfinished: begun }),
  });
  return showPage(request, content, { session, title: textsIn(language).home });
}

/** Where somebody makes a button for a README or a page of theirs. */
export async function buttonPage(call: Call, session: Session): Promise<Reply> {
  const { request, invocation } = call;
  const { look, publicUrl } = config();
  const language = languageIn(request);
  const content = buttonContent(language, {
    choice: buttonIn(request),
    hosts: await shownHosts(invocation),
    look,
    publicUrl,
  });
  return showPage(request, content, { session, title: textsIn(language).button });
}

/** What came of installing an app, as the address says. */
export function setupIn({ query }: HttpRequest): 'installed' | 'requested' | undefined {
  const word = query.get('setup');
  return word === 'installed' || word === 'requested' ? word : undefined;
}

/** The configured hosts, and this person's accounts at them. */
export async function accountsOf(
  { invocation }: Call,
  { partition }: Session,
): Promise<{ readonly hosts: readonly Host[]; readonly accounts: readonly Account[] }> {
  const [hosts, { items }] = await Promise.all([
    shownHosts(invocation),
    listConnections(connections(), partition, {}),
  ]);
  const accounts = items.map((connection) => ({
    connection,
    host: hosts.find(({ id }) => id === connection.provider),
  }));
  return { hosts, accounts };
}

/** This person's operations, newest first; the first page of them. */
export async function operationsOf({ partition }: Session): Promise<readonly Operation[]> {
  return (await listOperations(following(), partition, {})).items;
}
