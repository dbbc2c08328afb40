import { html } from 'hono/html';
import type { Host } from './host.ts';
import { type Language, textsIn } from './language.ts';
import { hero, type Markup, marks } from './layout.ts';
import { connectPath } from './new-repository.ts';

/** Pages of one sentence and one button, where a person's way stops for a moment. */

/** The session is over; `again` is where it goes on once there is another. */
export function sessionEnded(language: Language, again: string): Markup {
  const texts = textsIn(language);
  return hero({
    path: marks.key,
    title: texts.sessionEnded,
    text: texts.sessionEndedHint,
    ways: html`<a class="button" href="${again}">${texts.signInAgain}</a>`,
  });
}

export function signedOut(language: Language): Markup {
  const texts = textsIn(language);
  return hero({
    path: marks.door,
    title: texts.signedOut,
    ways: html`<a class="button" href="/">${texts.signIn}</a>`,
  });
}

/** Another site sent the person here: they say themselves whether they want to connect. */
export function connectAsked(language: Language, host: Pick<Host, 'name' | 'icon'>, way: string) {
  const texts = textsIn(language);
  return hero({
    path: host.icon,
    title: texts.connectYour(host.name),
    text: texts.connectYourHint(host.name),
    ways: html`<a class="button" href="${way}">${texts.goOn}</a>
<a class="button quiet" href="/">${texts.home}</a>`,
  });
}

/** Shown for no time at all: a form's answer may not lead to another site, a page may. */
export function takenOn(language: Language, way: string): Markup {
  const texts = textsIn(language);
  return hero({
    title: texts.goOnThere,
    ways: html`<a class="button" href="${way}">${texts.goOn}</a>`,
  });
}

/** A button that leads on without what was refused. */
export function goOnWithout(language: Language, way: string): Markup {
  return html`<a class="button" href="${way}">${textsIn(language).goOn}</a>`;
}

/** A button to the first page, over the product's login. */
export function signInAgain(language: Language): Markup {
  return html`<a class="button" href="/">${textsIn(language).signInAgain}</a>`;
}

/** Ways on from a connect that came to nothing: once more, as another account, or back. */
export function waysFromConnect(
  language: Language,
  {
    provider,
    back,
    connection,
  }: { readonly provider: string; readonly back: string; readonly connection?: string },
): Markup {
  const texts = textsIn(language);
  const renewed =
    connection === undefined
      ? ''
      : html`<a class="button quiet" href="${connectPath(provider, back)}">${texts.connectMore}</a>`;
  return html`<a class="button" href="${connectPath(provider, back, connection)}">${texts.tryAgain}</a>
${renewed}<a class="button quiet" href="${back}">${texts.back}</a>`;
}
