import { table } from '../aws/dynamodb.ts';
import {
  draftCookie,
  randomSecret,
  readCookie,
  sessionCookie,
  setCookie,
} from '../callers/cookies.ts';
import {
  type Draft,
  draftLife,
  dropDraft,
  latestDraft,
  readDraft,
  saveDraft,
  type Writer,
} from '../callers/drafts.ts';
import { partitionOfCookie, type Session } from '../callers/sessions.ts';
import { defined } from '../primitives/defined.ts';
import type { Call } from './endpoint.ts';

type Typed = Readonly<Record<string, string>>;

/** Where the form of a new repository stands. Of all that is typed only this is in an address. */
export function placeOf({
  template = '',
  name = '',
}: {
  readonly template?: string;
  readonly name?: string;
}): string {
  const query = new URLSearchParams(Object.entries({ template, name }).filter(([, text]) => text));
  return query.size === 0 ? '/new' : `/new?${query}`;
}

/** Keeps what was typed while the person is away from the page; answers the cookies to set. */
export async function keepTyped(
  { request, now }: Call,
  session: Session | undefined,
  fields: Typed,
): Promise<readonly string[]> {
  const cookie = readCookie(request.cookies, draftCookie) ?? randomSecret();
  // Of a session that has ended the cookie still tells whose it was.
  const partition =
    session?.partition ?? partitionOfCookie(readCookie(request.cookies, sessionCookie));
  const place = placeOf(fields);
  await saveDraft(table(), { cookie, now, ...defined({ partition }) }, { place, fields });
  return [setCookie(draftCookie, cookie, draftLife)];
}

/** What this person typed at `place` before they were away, or undefined. */
export async function typedAt(
  call: Call,
  session: Session,
  place: string,
): Promise<Typed | undefined> {
  const reader = readerOf(call, session);
  return reader === undefined ? undefined : (await readDraft(table(), reader, place))?.fields;
}

/** What this person has begun in this browser and not sent, or undefined. */
export async function unfinished(call: Call, session: Session): Promise<Draft | undefined> {
  const reader = readerOf(call, session);
  return reader === undefined ? undefined : latestDraft(table(), reader);
}

/** Forgets what was typed: it was sent. */
export async function forgetTyped({ request }: Call, fields: Typed): Promise<void> {
  const cookie = readCookie(request.cookies, draftCookie);
  if (cookie !== undefined) await dropDraft(table(), cookie, placeOf(fields));
}

function readerOf({ request, now }: Call, { partition }: Session): Writer | undefined {
  const cookie = readCookie(request.cookies, draftCookie);
  return cookie === undefined ? undefined : { cookie, partition, now };
}
