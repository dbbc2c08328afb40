import { CookieJar } from 'tough-cookie';
import { type Form, formsOf, linksOf } from './forms.ts';

/** A page that the browser shows. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly Form[];
  readonly links: readonly string[];
}

export interface Browser {
  readonly cookies: CookieJar;
  /** Every address that was asked for, oldest first. */
  readonly visited: readonly string[];
  /** Types the address and follows its redirects. */
  open(url: string): Promise<Page>;
  /** As {@link open}, but stops before the first redirect: its `Location` is in the headers. */
  step(url: string): Promise<Page>;
  /** Follows a link of the page, or goes where another site's page sends the browser. */
  follow(from: Page, href: string): Promise<Page>;
  /** Fills in the form and presses the button of that text, or the only one. */
  submit(from: Page, form: Form | undefined, fill?: Fill): Promise<Page>;
}

interface Fill {
  readonly fields?: Readonly<Record<string, string>>;
  readonly button?: string | RegExp;
}

interface Visit {
  readonly url: string;
  readonly method: string;
  readonly body?: URLSearchParams;
  /** The page that leads there; missing for a typed address. */
  readonly from?: Page;
}

const mostRedirects = 20;

/**
 * A person's browser, as far as our pages use one: cookies shared by all ports of localhost, where
 * `Secure` ones are kept over http too, redirects, forms, and the headers that tell a server where a
 * navigation comes from (`Origin`, `Referer` and `Sec-Fetch-*`, as the Fetch standard has them).
 */
export function browser(
  options: { readonly headers?: Readonly<Record<string, string>> } = {},
): Browser {
  const cookies = new CookieJar(undefined, { prefixSecurity: 'strict', allowSecureOnLocal: true });
  const visited: string[] = [];

  async function send(visit: Visit, chain: readonly string[]): Promise<Page> {
    visited.push(visit.url);
    const cookie = await cookies.getCookieString(visit.url);
    const response = await fetch(visit.url, {
      method: visit.method,
      redirect: 'manual',
      headers: {
        accept: 'text/html,application/xhtml+xml',
        'accept-language': 'en',
        ...options.headers,
        ...(cookie === '' ? {} : { cookie }),
        ...navigationHeaders(visit, chain),
      },
      ...(visit.body === undefined ? {} : { body: visit.body }),
    });
    for (const line of response.headers.getSetCookie()) await cookies.setCookie(line, visit.url);
    const html = await response.text();
    return {
      url: visit.url,
      status: response.status,
      headers: response.headers,
      html,
      forms: formsOf(html),
      links: linksOf(html),
    };
  }

  async function navigate(visit: Visit): Promise<Page> {
    let next = visit;
    const chain = [visit.url];
    for (let hop = 0; hop < mostRedirects; hop += 1) {
      const page = await send(next, chain);
      const location = page.headers.get('location');
      if (page.status < 300 || page.status > 399 || location === null) return page;
      const url = new URL(location, next.url).href;
      const keeps = page.status === 307 || page.status === 308;
      next = keeps
        ? { ...next, url }
        : { url, method: 'GET', ...(visit.from ? { from: visit.from } : {}) };
      chain.push(url);
    }
    throw new Error(`more than ${mostRedirects} redirects from ${visit.url}`);
  }

  return {
    cookies,
    visited,
    open: (url) => navigate({ url, method: 'GET' }),
    step: (url) => send({ url, method: 'GET' }, [url]),
    follow: (from, href) => navigate({ url: new URL(href, from.url).href, method: 'GET', from }),
    submit(from, form, { fields = {}, button } = {}) {
      if (form === undefined) throw new Error(`no such form at ${from.url}:\n${from.html}`);
      const body = new URLSearchParams({ ...form.fields, ...fields, ...pressed(form, button) });
      const url = new URL(form.action, from.url);
      if (form.method === 'POST') return navigate({ url: url.href, method: 'POST', body, from });
      url.search = body.toString();
      return navigate({ url: url.href, method: 'GET', from });
    },
  };
}

function pressed(form: Form, wanted: string | RegExp | undefined): Record<string, string> {
  const found = form.buttons.find(({ text }) =>
    typeof wanted === 'object' ? wanted.test(text) : wanted === undefined || text === wanted,
  );
  if (found === undefined && wanted !== undefined) {
    throw new Error(`no button ${wanted}, only ${form.buttons.map(({ text }) => text).join(', ')}`);
  }
  return found?.name === undefined ? {} : { [found.name]: found.value };
}

function navigationHeaders({ url, method, from }: Visit, chain: readonly string[]) {
  const headers: Record<string, string> = {
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': site(from, chain),
    'sec-fetch-user': '?1',
  };
  if (from === undefined) return headers;
  const policy = from.headers.get('referrer-policy') ?? 'strict-origin-when-cross-origin';
  const origin = new URL(from.url).origin;
  const own = origin === new URL(url).origin;
  // Fetch, "append a request Origin header": a page that hides its address hides its origin too.
  const hidden = policy === 'no-referrer' || (policy === 'same-origin' && !own);
  if (method !== 'GET') headers.origin = hidden ? 'null' : origin;
  if (!hidden) headers.referer = own ? from.url : `${origin}/`;
  return headers;
}

/** Fetch Metadata: the farthest any address of the chain is from the page that began it. */
function site(from: Page | undefined, chain: readonly string[]): string {
  if (from === undefined) return 'none';
  const start = new URL(from.url);
  const urls = chain.map((url) => new URL(url));
  if (urls.every(({ origin }) => origin === start.origin)) return 'same-origin';
  return urls.every(({ hostname }) => hostname === start.hostname) ? 'same-site' : 'cross-site';
}
