import { html } from 'hono/html';
import { inkOn, surface } from './colours.ts';
import type { Host } from './host.ts';
import { createsAt } from './host.ts';
import { type Language, languageNames, textsIn } from './language.ts';
import { type Look, type Markup, mark } from './layout.ts';
import { copyable } from './progress.ts';

export const themes = ['light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** What a button is to look like, and what it is for. */
export interface ButtonChoice {
  /** As it stands in the address: `owner/name`, or `provider:owner/name`. */
  readonly template: string;
  readonly theme: Theme;
  readonly language: Language;
}

const height = 40;

/** About how wide a text is in the button's type, in pixels. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 15 : 8), 0);
}

/** The button as a picture: the mark and a few words, readable in light and dark surroundings. */
export function buttonPicture(
  { theme, language }: Pick<ButtonChoice, 'theme' | 'language'>,
  { name, accent }: Look,
): string {
  const texts = textsIn(language);
  const text = name === undefined ? texts.buttonPlain : texts.buttonText(name);
  const ground = theme === 'dark' ? '#1e2430' : surface(accent);
  const ink = inkOn(ground);
  const edge = theme === 'dark' ? '#6b7486' : ground;
  const width = Math.ceil(widthOf(text)) + 58;
  return String(
    html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}"><title>${text}</title><rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9.5" fill="${ground}" stroke="${edge}"/><g fill="${ink}" transform="translate(13 9) scale(.92)">${mark}</g><text x="44" y="25.5" fill="${ink}" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif" font-size="15" font-weight="600">${text}</text></svg>`,
  );
}

/** Addresses of a button's picture and of where it leads, below `publicUrl`. */
function addresses({ template, theme, language }: ButtonChoice, publicUrl: string) {
  const look = new URLSearchParams({ template, theme, lang: language });
  const way = new URLSearchParams({ template });
  return {
    picture: `${publicUrl}/button.svg?${look}`,
    way: `${publicUrl}/new?${way}`,
  };
}

/** The page on which a button is made: what it is for, how it looks, and what to paste. */
export function buttonContent(
  language: Language,
  {
    choice,
    hosts,
    look,
    publicUrl,
  }: {
    readonly choice: ButtonChoice;
    readonly hosts: readonly Host[];
    readonly look: Look;
    readonly publicUrl: string;
  },
): Markup {
  const texts = textsIn(language);
  const option = (value: string, text: string, chosen: string) =>
    html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`;
  const at = choice.template.indexOf(':');
  const [provider, fullName] = [
    choice.template.slice(0, Math.max(at, 0)),
    choice.template.slice(at + 1),
  ];
  return html`<h1>${texts.button}</h1><p class="lead">${texts.buttonHint}</p>
<form class="card" method="get" action="/button">
<div class="field"><label for="template">${texts.template}</label><input id="template" name="template" value="${fullName}" placeholder="owner/name" required spellcheck="false"></div>
<div class="field"><label for="host">${texts.buttonHost}</label><select id="host" name="host">${option('', texts.anyHost, provider)}${hosts
    .filter(createsAt)
    .map(({ id, name }) => option(id, name, provider))}</select></div>
<div class="field"><label for="theme">${texts.buttonTheme}</label><select id="theme" name="theme">${themes.map((each) => option(each, texts[each], choice.theme))}</select></div>
<div class="field"><label for="lang">${texts.buttonLanguage}</label><select id="lang" name="lang">${languageNames().map(([id, name]) => option(id, name, choice.language))}</select></div>
<div class="actions stack"><button>${texts.buttonMake}</button></div></form>
${fullName === '' ? '' : toPaste(language, choice, look, publicUrl)}
<p class="small"><a href="/">${texts.home}</a></p>`;
}

function toPaste(
  language: Language,
  choice: ButtonChoice,
  { name }: Look,
  publicUrl: string,
): Markup {
  const texts = textsIn(language);
  const own = textsIn(choice.language);
  const label = name === undefined ? own.buttonPlain : own.buttonText(name);
  const { picture, way } = addresses(choice, publicUrl);
  const shown = picture.slice(publicUrl.length);
  const popUp = `<script src="${publicUrl}/forgebridge.js"></script>\n<a href="${way}" data-forgebridge>${label}</a>`;
  return html`<section class="card" aria-labelledby="preview"><h2 id="preview">${texts.buttonPreview}</h2>
<p><a href="${way}"><img src="${shown}" alt="${label}" height="${height}"></a></p>
<h2>${texts.markdown}</h2>${copyable(texts, `[![${label}](${picture})](${way})`)}
<h2>${texts.popUp}</h2>${copyable(texts, popUp)}</section>`;
}
