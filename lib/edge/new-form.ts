import { randomUUID } from 'node:crypto';
import { createRepository } from '../api/requests/createRepository.ts';
import { pageSubmit } from '../api/requests/pageSubmit.ts';
import { logAlso } from '../aws/log.ts';
import { requireOwnOrigin } from '../callers/authenticate.ts';
import type { Session } from '../callers/sessions.ts';
import { availableProviders } from '../compose/configured-providers.ts';
import { following, planning } from '../compose/planning.ts';
import { ForgebridgeError } from '../errors.ts';
import { createOperation } from '../operations/create.ts';
import type { Operation } from '../operations/operation.ts';
import { cancelOperation, getOperation } from '../operations/read.ts';
import { operationId } from '../operations/record.ts';
import { type Fields, templateOf } from '../page/fields.ts';
import { textsIn } from '../page/language.ts';
import { connectPath } from '../page/new-repository.ts';
import { underWay } from '../page/progress.ts';
import { alreadyNotice, refusalNotice } from '../page/refusal.ts';
import { takenOn } from '../page/stops.ts';
import { defined } from '../primitives/defined.ts';
import { languageIn, problemOf, sessionEndedPage, showPage } from './browser.ts';
import { forgetTyped, keepTyped } from './draft-keeping.ts';
import type { Call } from './endpoint.ts';
import { addressOf, checkedReturn, showForm } from './new-page.ts';
import { accountsOf, operationsOf } from './pages.ts';
import { type Reply, redirect } from './reply.ts';
import { checked, formBody } from './request.ts';

/**
 * The form, however it was sent: to create, to cancel, or to go elsewhere first. Nothing that was typed
 * is lost on any of these ways.
 */
export async function submitForm(call: Call, session: Session | undefined): Promise<Reply> {
  requireOwnOrigin(call.request);
  const { go, operation, given, ...fields } = formBody(call.request, pageSubmit.body);
  if (go === 'cancel') return cancel(call, session, operation);
  if (session === undefined) {
    return sessionEndedPage(
      call.request,
      addressOf(fields),
      await keepTyped(call, session, fields),
    );
  }
  if (go !== '') return elsewhere(call, session, fields, go);
  return create(call, session, fields, given !== '');
}

async function cancel(call: Call, session: Session | undefined, id: string): Promise<Reply> {
  const progress = `/new?${new URLSearchParams({ operation: id })}`;
  if (session === undefined) return sessionEndedPage(call.request, progress);
  await cancelOperation(following(), session.partition, id);
  return redirect(progress);
}

/** Keeps what was typed and goes to connect, install or sign in; each leads back to the form. */
async function elsewhere(call: Call, session: Session, fields: Fields, go: string): Promise<Reply> {
  const { request } = call;
  const cookies = await keepTyped(call, session, fields);
  const [way = '', provider = ''] = go.split('/');
  const known = availableProviders().some(({ id }) => id === provider);
  const place = addressOf(fields);
  if (!known || !['connect', 'install'].includes(way)) return redirect(place, { cookies });
  const query = way === 'connect' ? `?${new URLSearchParams({ returnTo: place })}` : '';
  const to = `/${way}/${provider}${query}`;
  const language = languageIn(request);
  // Browsers hold a form's answer to `form-action`, redirects included; where a page leads they do not.
  return showPage(request, takenOn(language, to), {
    title: textsIn(language).goOnThere,
    refresh: { seconds: 0, to, always: true },
    session,
    cookies,
  });
}

/** Starts the creation; a refusal shows the form again, with the reason and all that was entered. */
async function create(
  call: Call,
  session: Session,
  fields: Fields,
  given: boolean,
): Promise<Reply> {
  try {
    const returnTo = checkedReturn(fields.returnTo);
    await refuseTwin(session, fields);
    const operation = await createOperation(planning(call.invocation), {
      partition: session.partition,
      request: checked(createRepository.body, requestFrom(fields)),
      idempotencyKey: fields.idempotencyKey,
    });
    logAlso({ operationId: operation.id });
    await forgetTyped(call, fields);
    return redirect(progressPath(operation, returnTo));
  } catch (error) {
    if (!(error instanceof ForgebridgeError) || error.status >= 500) throw error;
    return refused(call, session, fields, given, error);
  }
}

function progressPath({ id }: Pick<Operation, 'id'>, returnTo?: string): string {
  return `/new?${new URLSearchParams({ operation: id, ...(returnTo && { returnTo }) })}`;
}

async function refused(
  call: Call,
  session: Session,
  fields: Fields,
  given: boolean,
  error: ForgebridgeError,
): Promise<Reply> {
  const language = languageIn(call.request);
  const cookies = await keepTyped(call, session, fields);
  const there = await alreadyThere(call, session, fields, error);
  if (there !== undefined) {
    const notice = alreadyNotice(language, problemOf(error), {
      operation: there,
      way: progressPath(there),
    });
    const again = { ...fields, idempotencyKey: randomUUID() };
    return showForm(call, session, again, { given, notice, cookies, status: error.status });
  }
  const members = error.details.fields?.map(({ field }) => field) ?? [];
  const { accounts } = await accountsOf(call, session);
  const used = accounts.find(({ connection }) => connection.id === fields.connection)?.connection;
  const reconnect = used && connectPath(used.provider, addressOf(fields), used.id);
  const notice = refusalNotice(problemOf(error), language, {
    reference: call.invocation.requestId,
    ...defined({ reconnect }),
  });
  return showForm(call, session, fields, {
    given: given && !members.includes('template'),
    notice,
    refused: members,
    cookies,
    status: error.status,
  });
}

/** The operation that this very form, or this name, stands for already. */
async function alreadyThere(
  { invocation }: Call,
  session: Session,
  fields: Fields,
  error: ForgebridgeError,
): Promise<Operation | undefined> {
  const { partition } = session;
  if (error.code === 'IdempotencyMismatch') {
    const id = operationId(partition, fields.idempotencyKey);
    return getOperation(planning(invocation), partition, id);
  }
  return error.details.reason === 'name_being_created' ? twinOf(session, fields) : undefined;
}

/** Another tab has begun the same: here it would only fail once the host says that the name is taken. */
async function refuseTwin(session: Session, fields: Fields): Promise<void> {
  const twin = await twinOf(session, fields);
  const own = operationId(session.partition, fields.idempotencyKey);
  if (twin !== undefined && twin.id !== own) {
    throw new ForgebridgeError('AlreadyExists', { reason: 'name_being_created' });
  }
}

/** The operation under way that makes what the form asks for. */
async function twinOf(
  session: Session,
  { connection, namespace, name }: Fields,
): Promise<Operation | undefined> {
  const end = `${namespace}/${name}`.toLowerCase();
  return (await operationsOf(session)).find(
    (each) =>
      underWay(each) && each.connection === connection && each.fullName.toLowerCase().endsWith(end),
  );
}

/** The form's fields as the API's request; what was left empty is left out. */
function requestFrom({ idempotencyKey: _, returnTo: __, ci, template, ...fields }: Fields) {
  const { fullName } = templateOf(
    template,
    availableProviders().map(({ id }) => id),
  );
  const filled = Object.entries({ ...fields, template: fullName }).filter(
    ([, text]) => text !== '',
  );
  return { ...Object.fromEntries(filled), ...(ci === 'on' ? { ci: true } : {}) };
}
