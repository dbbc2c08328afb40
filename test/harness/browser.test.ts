import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { listen, type Service } from '../../infra/local/listen.ts';
import { browser } from './browser.ts';

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const sites: Service[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.stop();
});

async function site(answer: (path: string, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    seen.push({ url: request.url, headers: request.headers, body: await text(request) });
    answer(request.url ?? '/', response);
    response.end();
  });
  const service = await listen(server, 0);
  sites.push(service);
  return { url: service.url, seen };
}

const secure = '__Host-session=s3cret; Path=/; HttpOnly; Secure; SameSite=Lax';

describe('the browser of the tests', () => {
  test('given a __Host- cookie set by one port of localhost, when another port is visited, then it is sent there too', async () => {
    const first = await site((_, response) => response.setHeader('set-cookie', secure));
    const second = await site(() => {});
    const person = browser();
    await person.open(`${first.url}/`);
    await person.open(`${second.url}/`);
    expect(second.seen[0]?.headers.cookie).toBe('__Host-session=s3cret');
  });

  test('given a __Host- cookie for part of the paths, when it is set, then it is not kept', async () => {
    const wrong = secure.replace('Path=/', 'Path=/part');
    const first = await site((_, response) => response.setHeader('set-cookie', wrong));
    const person = browser();
    await expect(person.open(`${first.url}/part/x`)).rejects.toThrow();
  });

  test('given redirects over two ports that set cookies, when the first is opened, then the last is shown and both cookies are kept', async () => {
    const last = await site((_, response) => response.setHeader('set-cookie', 'b=2'));
    const first = await site((_, response) => {
      response.writeHead(303, { location: `${last.url}/end?x=1`, 'set-cookie': 'a=1' });
    });
    const person = browser();
    const shown = await person.open(`${first.url}/begin`);
    expect(shown.url).toBe(`${last.url}/end?x=1`);
    expect(await person.cookies.getCookieString(shown.url)).toBe('a=1; b=2');
    expect(person.visited).toEqual([`${first.url}/begin`, `${last.url}/end?x=1`]);
  });

  test('given a form, when it is filled in and a button is pressed, then its hidden fields, the text and the button are posted', async () => {
    const form = `<form method="post" action="/send"><input type="hidden" name="key" value="a&amp;b">
      <input name="name"><input type="checkbox" name="no" value="1">
      <button name="do" value="allow">Allow</button><button name="do" value="deny">Deny</button></form>`;
    const only = await site((path, response) => path === '/' && response.write(form));
    const person = browser();
    const shown = await person.open(`${only.url}/`);
    await person.submit(shown, shown.forms[0], { fields: { name: 'x y' }, button: 'Deny' });
    expect(only.seen[1]?.url).toBe('/send');
    expect(only.seen[1]?.body).toBe('key=a%26b&name=x+y&do=deny');
  });

  test.each([
    ['no-referrer', 'null', undefined],
    ['same-origin', 'own', 'own/'],
  ])(
    'given a page with the referrer policy %s, when its form is posted, then Origin is %s',
    async (policy, origin, referer) => {
      const only = await site((_, response) => {
        response.setHeader('referrer-policy', policy);
        response.write('<form method="post" action="/send"><button>Go</button></form>');
      });
      const person = browser();
      const shown = await person.open(`${only.url}/`);
      await person.submit(shown, shown.forms[0]);
      expect(only.seen[1]?.headers.origin).toBe(origin.replace('own', only.url));
      expect(only.seen[1]?.headers.referer).toBe(referer?.replace('own', only.url));
    },
  );

  test('given a typed address, a link within a site and one to another port, when they are visited, then Sec-Fetch-Site tells them apart', async () => {
    const other = await site(() => {});
    const own = await site(
      (path, response) => path === '/' && response.write('<a href="/next">on</a>'),
    );
    const person = browser();
    const shown = await person.open(`${own.url}/`);
    await person.follow(shown, shown.links[0] ?? '');
    await person.follow(shown, `${other.url}/`);
    const sent = [...own.seen, ...other.seen].map(({ headers }) => headers['sec-fetch-site']);
    expect(sent).toEqual(['none', 'same-origin', 'same-site']);
  });
});
