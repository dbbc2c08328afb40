import { randomUUID } from 'node:crypto';
import { createRepository } from '../api/requests/createRepository.ts';
import { pageSubmit } from '../api/requests/pageSubmit.ts';
import { logAlso } from '../aws/log.ts';
import { requireOwnOrigin } from '../callers/authenticate.ts';
import type { Session } from '../callers/sessions.ts';
import { availableProviders } from '../compose/configured-providers.ts';
import { connections } from '../compose/connection-records.ts';
import { planning } from '../compose/planning.ts';
import { ForgebridgeError } from '../errors.ts';
import { createOperation } from '../operations/create.ts';
import { getOperation } from '../operations/read.ts';
import { homeContent } from '../page/home.ts';
import { languageOf } from '../page/language.ts';
import { type NewRepositoryFields, newRepositoryContent } from '../page/new-repository.ts';
import { problemNotice } from '../page/problem.ts';
import { progressContent, underWay } from '../page/progress.ts';
import { defined } from '../primitives/defined.ts';
import type { Connection } from '../vault/connection.ts';
import { listConnections } from '../vault/vault.ts';
import { showPage } from './browser.ts';
import type { Call } from './endpoint.ts';
import { type Reply, redirect } from './reply.ts';
import { checked, formBody, type HttpRequest } from './request.ts';

/** Seconds between two looks at a repository that is being created. */
const lookAgain = 2;

export async function homePage({ request }: Call, session: Session): Promise<Reply> {
  const word = request.query.get('setup');
  const setup = word === 'installed' || word === 'requested' ? word : undefined;
  const content = homeContent(languageIn(request), {
    providers: availableProviders(),
    connections: await connectionsOf(session),
    ...defined({ setup }),
  });
  return showPage(request, content, personOf(session));
}

/** The form, or with `?operation=` how a repository is coming along. */
export async function newRepositoryPage(call: Call, session: Session): Promise<Reply> {
  const { request } = call;
  const id = request.query.get('operation');
  if (id !== null) return progressPage(call, session, id);
  const fields = pageSubmit.body.parse({
    template: request.query.get('template')?.slice(0, 400) ?? '',
    connection: request.query.get('connection')?.slice(0, 64) ?? '',
    idempotencyKey: randomUUID(),
  });
  return showForm(request, session, fields);
}

async function progressPage(call: Call, session: Session, id: string): Promise<Reply> {
  const operation = await getOperation(planning(call.invocation), session.partition, id);
  const content = progressContent(languageIn(call.request), operation);
  const going = underWay(operation) ? { refresh: lookAgain } : {};
  return showPage(call.request, content, { ...personOf(session), ...going });
}

/** Starts the creation; a refusal shows the form again, with the reason and all that was entered. */
export async function submitNewRepository(call: Call, session: Session): Promise<Reply> {
  requireOwnOrigin(call.request);
  const fields = formBody(call.request, pageSubmit.body);
  try {
    const operation = await createOperation(planning(call.invocation), {
      partition: session.partition,
      request: checked(createRepository.body, requestFrom(fields)),
      idempotencyKey: fields.idempotencyKey,
    });
    logAlso({ operationId: operation.id });
    return redirect(`/new?operation=${operation.id}`);
  } catch (error) {
    if (!(error instanceof ForgebridgeError) || error.status >= 500) throw error;
    const notice = problemNotice(
      { ...error.details, code: error.code },
      languageIn(call.request),
      call.invocation.requestId,
    );
    return showForm(call.request, session, fields, { status: error.status, notice });
  }
}

/** The form's fields as the API's request; what was left empty is left out. */
function requestFrom({ idempotencyKey: _, ci, ...fields }: NewRepositoryFields) {
  const filled = Object.entries(fields).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(filled), ...(ci === 'on' ? { ci: true } : {}) };
}

async function showForm(
  request: HttpRequest,
  session: Session,
  fields: NewRepositoryFields,
  refusal?: { readonly status: number; readonly notice: ReturnType<typeof problemNotice> },
): Promise<Reply> {
  const content = newRepositoryContent(languageIn(request), {
    connections: (await connectionsOf(session)).filter(({ status }) => status === 'active'),
    fields,
    ...defined({ notice: refusal?.notice }),
  });
  const status = refusal?.status ?? 200;
  return showPage(request, content, { status, posts: true, ...personOf(session) });
}

function personOf({ label: person }: Session) {
  return defined({ person });
}

async function connectionsOf({ partition }: Session): Promise<readonly Connection[]> {
  return (await listConnections(connections(), partition, {})).items;
}

function languageIn(request: HttpRequest) {
  return languageOf(request.header('accept-language'));
}
