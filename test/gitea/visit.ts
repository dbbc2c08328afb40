import { CookieJar } from 'tough-cookie';
import { formsOf } from '../harness/forms.ts';
import type { Decision } from '../infra/local/sandbox/visit.ts';
import { password } from './steward.ts';

const mostSteps = 10;

/**
 * What a person does at a real Gitea, in a browser of their own: signs in, reads the consent page if
 * one is shown, and decides. Answers with the URL to which they are sent back.
 *
 * @throws Error with the page's text when it is none of these pages.
 */
export async function visitConsent(authorizeUrl: string, choice: Decision = {}): Promise<URL> {
  const { origin } = new URL(authorizeUrl);
  const jar = new CookieJar();
  let next: { url: string; body?: URLSearchParams } = { url: authorizeUrl };
  for (let step = 0; step < mostSteps; step += 1) {
    const { url, body } = next;
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: await jar.getCookieString(url), 'sec-fetch-site': 'same-origin' },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    for (const line of response.headers.getSetCookie()) await jar.setCookie(line, url);
    const location = response.headers.get('location');
    if (location !== null) {
      const target = new URL(location, url);
      if (target.origin !== origin) return target;
      next = { url: target.href };
      continue;
    }
    next = answered(url, await response.text(), choice);
  }
  throw new Error(`nobody is sent back from ${authorizeUrl}`);
}

function answered(url: string, html: string, choice: Decision) {
  const forms = formsOf(html);
  const login = forms.find(({ action }) => action.endsWith('/user/login'));
  if (login !== undefined) {
    const name = choice.account ?? 'sandbox-user';
    const body = new URLSearchParams({ ...login.fields, user_name: name, password });
    return { url: new URL(login.action, url).href, body };
  }
  const consent = forms.find(({ action }) => action.endsWith('/login/oauth/grant'));
  if (consent === undefined) throw new Error(`no consent page at ${url}:\n${html}`);
  const granted = String(choice.decision !== 'deny');
  return {
    url: new URL(consent.action, url).href,
    body: new URLSearchParams({ ...consent.fields, granted }),
  };
}
