import { config } from '../aws/configuration.ts';
import { logFailure } from '../aws/log.ts';
import type { Session } from '../callers/sessions.ts';
import { ForgebridgeError } from '../errors.ts';
import { signInAgain, waysFromConnect } from '../page/stops.ts';
import { defined } from '../primitives/defined.ts';
import { failurePage, languageIn } from './browser.ts';
import type { Call } from './endpoint.ts';
import type { Reply } from './reply.ts';

/** Tells the page behind which connection came of it. */
export function backFromConnect(returnTo: string, id: string): string {
  const url = new URL(returnTo);
  url.searchParams.set('connection', id);
  return url.href;
}

/** Whoever comes back without a session began with one: it has ended, or this is another browser. */
export function withoutSession(call: Call): Reply {
  const error = new ForgebridgeError('StateMismatch');
  logFailure(error);
  return failurePage(call, error, { ways: signInAgain(languageIn(call.request)) });
}

/** No connection came of it: why, and the ways to try again or go back to where it began. */
export function notConnected(
  call: Call,
  error: unknown,
  {
    session,
    provider,
    returnTo,
    connection,
  }: {
    readonly session: Session;
    readonly provider: string;
    readonly returnTo: string;
    readonly connection?: string;
  },
): Reply {
  logFailure(error);
  const { publicUrl } = config();
  const own = returnTo.startsWith(`${publicUrl}/`);
  const back = own ? returnTo.slice(publicUrl.length) : returnTo;
  const ways = waysFromConnect(languageIn(call.request), {
    provider,
    back,
    ...defined({ connection }),
  });
  return failurePage(call, error, { ways, session });
}
