import { html } from 'hono/html';
import { type ForgebridgeError, isForgebridgeError } from '../errors.ts';
import type { Language } from './language.ts';
import type { Markup } from './layout.ts';
import { problemText, textsIn } from './texts.ts';

/** A failure as a person reads it: what happened, what to do, and the id the operator asks for. */
export function problemNotice(
  error: ForgebridgeError,
  language: Language,
  requestId: string,
): Markup {
  const { fields = [], remedy, suggestions = [] } = error.details;
  return html`<div role="alert">
<p>${problemText(error.code, language)}</p>
${fields.map(({ field, problem }) => html`<p>${field}: ${problem}</p>`)}
${remedy === undefined ? '' : html`<p>${remedy}</p>`}
${suggestions.length === 0 ? '' : html`<p>${suggestions.join(', ')}</p>`}
<small>${error.code} · ${requestId}</small>
</div>`;
}

/** The notice with a way on. `again` is a path of our own. */
export function problemContent(
  error: ForgebridgeError,
  language: Language,
  { requestId, again }: { readonly requestId: string; readonly again: string },
): Markup {
  const texts = textsIn(language);
  const crossSite = isForgebridgeError(error, 'Forbidden') && error.details.reason === 'cross_site';
  return html`${problemNotice(error, language, requestId)}
<p><a class="button" href="${crossSite ? again : '/'}">${crossSite ? texts.goOn : texts.back}</a></p>`;
}
