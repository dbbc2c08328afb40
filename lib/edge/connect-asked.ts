import { config } from '../aws/configuration.ts';
import { arrivalAt, arrivalCookie } from '../callers/arrival.ts';
import { readCookie, sessionCookie } from '../callers/cookies.ts';
import type { Session } from '../callers/sessions.ts';
import { hostMark } from '../compose/provider-offers.ts';
import { textsIn } from '../page/language.ts';
import { connectAsked } from '../page/stops.ts';
import { defined } from '../primitives/defined.ts';
import { isCrossSite, languageIn, showPage } from './browser.ts';
import type { Reply } from './reply.ts';
import { type HttpRequest, pathAndQuery } from './request.ts';

/**
 * Another site sent the browser here, and not at the end of the product's own handshake: nobody has
 * said yet that this person wants it.
 */
export function cameUnasked(request: HttpRequest): boolean {
  if (!isCrossSite(request)) return false;
  const session = readCookie(request.cookies, sessionCookie) ?? '';
  const here = arrivalAt(config().publicUrl + pathAndQuery(request), session);
  return readCookie(request.cookies, arrivalCookie) !== here;
}

/** Asks the person, with the same link on a page of ours. */
export function connectAskedPage(
  request: HttpRequest,
  { id, name }: { readonly id: string; readonly name: string },
  session: Session | undefined,
): Reply {
  const language = languageIn(request);
  const host = { name, icon: hostMark(id) };
  return showPage(request, connectAsked(language, host, pathAndQuery(request)), {
    title: textsIn(language).connectYour(name),
    ...defined({ session }),
  });
}
