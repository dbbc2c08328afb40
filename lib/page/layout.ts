import { html, raw } from 'hono/html';
import { defined } from '../primitives/defined.ts';
import { inkOn } from './colours.ts';
import { type Language, textsIn } from './language.ts';
import { script } from './script.ts';
import { styleFor } from './style.ts';

/** Markup that is safe to send: every value in it was escaped when it was put in. */
export type Markup = ReturnType<typeof html>;

/** What the operator chose for the pages. */
export interface Look {
  /** What the product is called; missing: only what the page is for. */
  readonly name?: string;
  /** Address of a picture. */
  readonly logo?: string;
  /** `#rrggbb` */
  readonly accent: string;
  /** Where people get help. */
  readonly support?: string;
  /** Whether it says what it was made with. */
  readonly maker: boolean;
  /** Origins whose pages may frame these. */
  readonly frames: readonly string[];
}

/** One page: its markup and the policy that lets only its own style and script run. */
export interface Page {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PageParts {
  /** Where one is, for the window's title. */
  readonly title?: string;
  /** Fresh random. */
  readonly nonce: string;
  readonly look: Look;
  /** Loads the page again after so many seconds, or goes there; without a script alone, or always. */
  readonly refresh?: { readonly seconds: number; readonly to?: string; readonly always: boolean };
  /** As whom they act; missing: nobody is signed in. */
  readonly person?: { readonly label?: string };
}

/** The mark of the pages: paths in a square of 24. */
export const mark = raw(
  `<path d="M5 4a2 2 0 0 1 2 2v2.5c0 1.9 1.6 3.5 3.5 3.5h3c3 0 5.5 2.5 5.5 5.5V18a2 2 0 1 1-2 0v-.5c0-1.9-1.6-3.5-3.5-3.5h-3c-1.3 0-2.5-.5-3.5-1.2V18a2 2 0 1 1-2 0V6a2 2 0 0 1 0-2zm14 0a2 2 0 0 1 1 3.7c-.2 1.9-1.1 3.6-2.4 4.7-.6-.5-1.2-.8-1.9-1.1 1.2-.8 2-2 2.3-3.5A2 2 0 0 1 19 4z"/>`,
);

/** Wraps `content` into a whole page. */
export function page(language: Language, content: Markup, parts: PageParts): Page {
  const { nonce, look, person } = parts;
  const texts = textsIn(language);
  const brand = look.name ?? texts.title;
  const title = parts.title === undefined ? brand : `${parts.title} – ${brand}`;
  const markup = html`<!doctype html>
<html lang="${texts.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshTag(parts.refresh)}
<title>${title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style nonce="${nonce}">${raw(styleFor(look.accent))}</style>
</head>
<body>
<div class="frame">
<a class="skip" href="#content">${texts.skip}</a>
<header><a class="brand" href="/">${
    look.logo === undefined
      ? html`<svg viewBox="0 0 24 24" aria-hidden="true" class="icon">${mark}</svg>`
      : html`<img src="${look.logo}" alt="">`
  }<span>${brand}</span></a></header>
<main id="content">
${content}
</main>
<p id="say" class="hiddenly" role="status"></p>
<footer>
${person?.label === undefined ? '' : html`<span>${texts.signedInAs} <b>${person.label}</b></span>`}
${look.support === undefined ? '' : html`<a href="${look.support}" rel="noreferrer">${texts.support}</a>`}
${look.maker ? html`<span>${texts.maker}</span>` : ''}
${
  person === undefined
    ? ''
    : html`<form method="post" action="/sign-out"><button class="text">${texts.signOut}</button></form>`
}
</footer>
</div>
<script nonce="${nonce}">${raw(script)}</script>
</body>
</html>`;
  return { body: String(markup), headers: headersOf(parts, texts.tag) };
}

function headersOf({ nonce, look }: PageParts, tag: string): Readonly<Record<string, string>> {
  const pictures = look.logo === undefined ? '' : ` ${new URL(look.logo).origin}`;
  const frames = look.frames.length === 0 ? "'none'" : look.frames.join(' ');
  return {
    'content-language': tag,
    'content-security-policy':
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; ` +
      `img-src 'self'${pictures}; connect-src 'self'; form-action 'self'; ` +
      `frame-ancestors ${frames}; base-uri 'none'`,
    vary: 'accept-language',
  };
}

function refreshTag(refresh: PageParts['refresh']): Markup | '' {
  if (refresh === undefined) return '';
  const { seconds, to, always } = refresh;
  const content = to === undefined ? String(seconds) : `${seconds};url=${to}`;
  const tag = html`<meta http-equiv="refresh" content="${content}">`;
  return always ? tag : html`<noscript>${tag}</noscript>`;
}

/** The mark in the accent colour, for the window's tab. */
export function favicon({ accent }: Look): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="${accent}"/><g fill="${inkOn(accent)}" transform="translate(3 3) scale(.75)">${mark}</g></svg>`;
}

/** A mark of one path in a square of 24; it says nothing that the words beside it do not. */
export function icon(path: string): Markup {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}

/** A page of few words in the middle: a mark, what there is to say, and where to go. */
export function hero({
  path,
  good = false,
  title,
  text,
  ways,
}: {
  readonly path?: string;
  readonly good?: boolean;
  readonly title: string;
  readonly text?: string | Markup;
  readonly ways: Markup;
}): Markup {
  return html`<div class="card hero">
${path === undefined ? '' : html`<div class="mark${good ? ' ok' : ''}">${icon(path)}</div>`}
<h1>${title}</h1>
${text === undefined ? '' : html`<p class="lead">${text}</p>`}
<div class="actions stack">${ways}</div>
</div>`;
}

/** Paths of marks for {@link hero}. */
export const marks = {
  done: 'M9.5 16.6 4.9 12l-1.4 1.4 6 6L21 7.9l-1.4-1.4z',
  key: 'M14 3a7 7 0 0 0-6.7 9L2 17.3V22h4.7v-2.4h2.4v-2.4h2.3l.7-.7A7 7 0 1 0 14 3zm2.5 4a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  door: 'M13 3h6v18h-6v-2h4V5h-4V3zm-2 5 1.4-1.4L17.8 12l-5.4 5.4L11 16l3-3H4v-2h10l-3-3z',
} as const;

/** The label of who is signed in, for {@link PageParts}. */
export function personNamed(label: string | undefined) {
  return { person: defined({ label }) };
}
