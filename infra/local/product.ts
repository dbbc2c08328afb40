import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { listen, type Service } from './listen.ts';
import { forItsOwner } from './own-requests.ts';

/**
 * The demo product: all that an application does to sign its users in to forgebridge, to be copied.
 *
 * 1. forgebridge sends a browser it does not know to `/login?request=…&returnTo=…`.
 * 2. The product signs its user in, in its own way. Here anybody is whoever they say.
 * 3. Its backend tells forgebridge, with its API key, who the browser behind `request` is.
 * 4. It sends the browser to the `url` it gets back. That URL works once, and only in that browser.
 */
export function startProduct(
  port: number,
  {
    publicUrl,
    apiKey,
    host,
  }: {
    readonly publicUrl: string;
    readonly apiKey: string;
    /** Where it is reached: for browsers, 127.0.0.1 is another site than localhost. */
    readonly host?: string;
  },
): Promise<Service> {
  const app = new Hono();

  app.get('/', (c) =>
    c.html(
      page(html`<p>Begin a project from a template.</p>
        <p><a href="${publicUrl}/">Start</a></p>`),
    ),
  );

  app.get('/login', (c) =>
    c.html(
      page(html`<form method="post" action="/login">
        <input type="hidden" name="request" value="${c.req.query('request') ?? ''}">
        <input type="hidden" name="returnTo" value="${c.req.query('returnTo') ?? '/'}">
        <label>User name <input name="user" required autofocus value="demo-user"></label>
        <button>Sign in</button>
      </form>`),
    ),
  );

  app.post('/login', async (c) => {
    const { request, returnTo, user } = await c.req.parseBody();
    const session = await fetch(`${publicUrl}/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ request, subject: user, label: user, returnTo }),
    });
    const answer = await session.json();
    if (!session.ok) return c.html(page(html`<p>Signing in failed: ${answer.code}</p>`), 502);
    return c.redirect(answer.url, 303);
  });

  return listen(forItsOwner(createServer(getRequestListener(app.fetch))), port, host);
}

function page(content: ReturnType<typeof html>) {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>Demo product</title>
      <style>body { font: 1rem/1.5 system-ui; max-width: 30rem; margin: 15vh auto; padding: 0 1rem }</style>
      <h1>Demo product</h1>
      ${content}
    </html>`;
}
