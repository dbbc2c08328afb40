import { randomUUID } from 'node:crypto';
import type { Session } from '../callers/sessions.ts';
import { following, planning } from '../compose/planning.ts';
import { ForgebridgeError } from '../errors.ts';
import { askedFor, getOperation } from '../operations/read.ts';
import { type Fields, nameFrom, templateOf } from '../page/fields.ts';
import { type Account, creates } from '../page/host.ts';
import { textsIn, wordIn } from '../page/language.ts';
import type { Markup } from '../page/layout.ts';
import { newRepositoryContent } from '../page/new-repository.ts';
import { progressContent, underWay } from '../page/progress.ts';
import { goOnWithout } from '../page/stops.ts';
import { defined } from '../primitives/defined.ts';
import { failurePage, languageIn, showPage } from './browser.ts';
import { placeOf, typedAt } from './draft-keeping.ts';
import type { Call } from './endpoint.ts';
import { accountsOf, operationsOf, setupIn } from './pages.ts';
import type { Reply } from './reply.ts';
import { returnTarget } from './return-target.ts';

/** Seconds between two looks at a repository that is being created, where no script looks. */
const lookAgain = 3;
/** Characters that are taken of what an address says; more is no name of anything. */
const longest = 400;

/** The form, or with `?operation=` how a repository is coming along. */
export async function newRepositoryPage(call: Call, session: Session): Promise<Reply> {
  const { query } = call.request;
  const [template, name] = [cut(query.get('template')), cut(query.get('name'))];
  try {
    const returnTo = checkedReturn(query.get('returnTo'));
    const id = query.get('operation');
    if (id !== null) return await progressPage(call, session, { id, ...defined({ returnTo }) });
    const fields = await fieldsFor(call, session, { template, name, returnTo: returnTo ?? '' });
    return await showForm(call, session, fields, { given: template !== '' });
  } catch (error) {
    const aboutReturn =
      error instanceof ForgebridgeError &&
      error.details.fields?.some(({ field }) => field === 'returnTo');
    if (!aboutReturn) throw error;
    const ways = goOnWithout(languageIn(call.request), placeOf({ template, name }));
    return failurePage(call, error, { ways, session });
  }
}

function cut(text: string | null): string {
  return text?.slice(0, longest) ?? '';
}

/** @throws ForgebridgeError `InvalidInput` for an address that is not on the list. */
export function checkedReturn(text: string | null): string | undefined {
  return text === null || text === '' ? undefined : returnTarget(text);
}

/** What stands in the form: what was typed here before, or asked for then, or what the address says. */
async function fieldsFor(
  call: Call,
  session: Session,
  given: Pick<Fields, 'template' | 'name' | 'returnTo'>,
): Promise<Fields> {
  const { query } = call.request;
  const like = query.get('like');
  const earlier =
    like === null
      ? await typedAt(call, session, placeOf(given))
      : await askedFor(following(), session.partition, like);
  const connection = query.get('connection')?.slice(0, 64);
  const hosts = (await accountsOf(call, session)).hosts.map(({ id }) => id);
  const { fullName } = templateOf(given.template, hosts);
  const named = { name: given.name || (earlier?.name ?? nameFrom(fullName)) };
  const fresh = { ...empty, ...given, idempotencyKey: randomUUID() };
  return { ...fresh, ...earlier, ...named, ...defined({ connection }) };
}

const empty: Fields = {
  connection: '',
  template: '',
  namespace: '',
  name: '',
  description: '',
  visibility: '',
  ci: '',
  returnTo: '',
  idempotencyKey: '',
};

interface FormOptions {
  readonly given: boolean;
  readonly status?: number;
  readonly notice?: Markup;
  readonly refused?: readonly string[];
  readonly cookies?: readonly string[];
}

/** The form with these entries. */
export async function showForm(
  call: Call,
  session: Session,
  fields: Fields,
  { given, status = 200, cookies, ...more }: FormOptions,
): Promise<Reply> {
  const { request } = call;
  const language = languageIn(request);
  const { hosts, accounts } = await accountsOf(call, session);
  const { provider, fullName } = templateOf(
    fields.template,
    hosts.map(({ id }) => id),
  );
  const usable = accounts.filter(
    (account) =>
      creates(account) && (provider === undefined || account.connection.provider === provider),
  );
  const connection = await preselected(session, usable, fields.connection);
  const texts = textsIn(language);
  const setup = setupIn(request);
  const content = newRepositoryContent(language, {
    accounts: usable,
    hosts,
    fields: { ...fields, template: fullName, connection },
    given: given && fullName !== '',
    place: addressOf(fields),
    ...defined({ provider, setup }),
    ...more,
  });
  const title = given && fullName !== '' ? texts.newFrom(fullName) : texts.newRepository;
  return showPage(request, content, { status, session, title, ...defined({ cookies }) });
}

/** The account that was chosen, else the one used last, else the first. */
async function preselected(
  session: Session,
  usable: readonly Account[],
  chosen: string,
): Promise<string> {
  const has = (id: string | undefined) => usable.some(({ connection }) => connection.id === id);
  if (has(chosen)) return chosen;
  if (usable.length > 1) {
    const last = (await operationsOf(session)).find(({ connection }) => has(connection));
    if (last !== undefined) return last.connection;
  }
  return usable[0]?.connection.id ?? '';
}

/** Address of the form with what may be in an address, to come back to it. */
export function addressOf(fields: Pick<Fields, 'template' | 'name' | 'returnTo'>): string {
  const place = placeOf(fields);
  if (fields.returnTo === '') return place;
  return `${place}${place === '/new' ? '?' : '&'}returnTo=${encodeURIComponent(fields.returnTo)}`;
}

async function progressPage(
  call: Call,
  session: Session,
  { id, returnTo }: { readonly id: string; readonly returnTo?: string },
): Promise<Reply> {
  const { request, invocation, now } = call;
  const operation = await getOperation(planning(invocation), session.partition, id);
  const { hosts } = await accountsOf(call, session);
  const host = hosts.find(({ id: each }) => each === operation.provider);
  const language = languageIn(request);
  const content = progressContent(language, {
    operation,
    host,
    now,
    ...defined({ returnTo }),
  });
  const { statuses } = textsIn(language);
  const title = `${operation.fullName}: ${wordIn(statuses, operation.status)}`;
  const refresh = underWay(operation) ? { seconds: lookAgain, always: false } : undefined;
  return showPage(request, content, { session, title, ...defined({ refresh }) });
}
