import { config } from '../aws/configuration.ts';
import { type ButtonChoice, buttonPicture, themes } from '../page/button.ts';
import { languageNamed } from '../page/language.ts';
import { favicon } from '../page/layout.ts';
import { popUpScript } from '../page/pop-up.ts';
import { languageIn } from './browser.ts';
import { javaScript, type Reply, svg } from './reply.ts';
import type { HttpRequest } from './request.ts';

/** Characters that are taken of a template's name. */
const longest = 400;

/** What anybody may load, by its path: the same for everybody. Undefined where there is no such thing. */
export function openToAll(request: HttpRequest): Reply | undefined {
  const { look } = config();
  switch (request.path) {
    case '/favicon.svg':
      return svg(favicon(look));
    case '/button.svg':
      return svg(buttonPicture(buttonIn(request), look), 'accept-language');
    case '/forgebridge.js':
      return javaScript(popUpScript);
    default:
      return undefined;
  }
}

/** The button that an address asks for. */
export function buttonIn(request: HttpRequest): ButtonChoice {
  const { query } = request;
  const host = query.get('host') ?? '';
  const template = (query.get('template') ?? '').slice(0, longest).trim();
  const named = host === '' || template.includes(':') ? template : `${host}:${template}`;
  return {
    template: named,
    theme: themes.find((each) => each === query.get('theme')) ?? 'light',
    language: languageNamed(query.get('lang')) ?? languageIn(request),
  };
}
