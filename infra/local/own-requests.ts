import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';

/** The names of this machine. A page of elsewhere may point a name of its own here, but not these. */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Why a request is not one of this machine's owner; undefined when it may be one. Everything on this
 * machine answers without a password, so a page of another origin, another local port included, must
 * neither read here nor change anything:
 *
 * - `Host` is a name of this machine: a page cannot choose another, so one whose name was pointed here
 *   after it was loaded (DNS rebinding) still says its own (RFC 9110 section 7.2).
 * - `Origin` is that of the address that is asked. Browsers send it with each request of a script that
 *   could be read, and with each that is no `GET` (Fetch, "append a request `Origin` header").
 * - What a page of another origin brings in without that, a picture, a script or a frame, says so in
 *   `Sec-Fetch-Site`. Following a link is everybody's right (Fetch Metadata Request Headers).
 */
function foreign(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !ownNames.includes(host.replace(/:\d+$/, '').toLowerCase())) {
    return 'This is asked for by a name that is not this machine’s.';
  }
  const site = String(headers['sec-fetch-site'] ?? 'none');
  const embedded = ['cross-site', 'same-site'].includes(site);
  const followed = headers['sec-fetch-dest'] === 'document';
  if ((origin !== undefined && origin !== `http://${host}`) || (embedded && !followed)) {
    return 'This is asked for by a page of somewhere else.';
  }
  return undefined;
}

/**
 * Lets a server see only what may come from this machine's owner; anything else is refused before it
 * is looked at, whatever listens for requests or will. What is answered has no CORS headers, which
 * would let other pages read it.
 */
export function forItsOwner<S extends Pick<Server, 'emit'>>(server: S): S {
  const emit = server.emit.bind(server);
  const admits = (request: IncomingMessage, response: ServerResponse) => {
    const reason = foreign(request.headers);
    if (reason === undefined) return withoutCors(response);
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(`${reason}\n`);
    return false;
  };
  server.emit = (event: string, ...given: unknown[]) => {
    // Node hands these two to the listeners of these events.
    const [request, response] = given as [IncomingMessage, ServerResponse];
    const asks = event === 'request' || event === 'checkContinue' || event === 'checkExpectation';
    if (asks && !admits(request, response)) return true;
    return emit(event, ...given);
  };
  return server;
}

function withoutCors(response: ServerResponse): true {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    name.toLowerCase().startsWith('access-control-') ? response : setHeader(name, value);
  return true;
}
