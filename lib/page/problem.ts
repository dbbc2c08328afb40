import { html } from 'hono/html';
import { type ErrorDetails, type ForgebridgeError, isForgebridgeError } from '../errors.ts';
import type { Language } from './language.ts';
import type { Markup } from './layout.ts';
import { problemText, textsIn } from './texts.ts';

/** A failure as it is told: its code and what may be said of it. */
export type Problem = ErrorDetails & { readonly code: string };

/**
 * A failure as a person reads it: what happened and what to do. `reference` is what the operator
 * asks for.
 */
export function problemNotice(problem: Problem, language: Language, reference: string): Markup {
  const { code, fields = [], remedy, suggestions = [], installUrl } = problem;
  const { install } = textsIn(language);
  return html`<div role="alert">
<p>${problemText(code, language)}</p>
${fields.map(({ field, problem }) => html`<p>${field}: ${problem}</p>`)}
${remedy === undefined ? '' : html`<p>${remedy}</p>`}
${suggestions.length === 0 ? '' : html`<p>${suggestions.join(', ')}</p>`}
${installUrl === undefined ? '' : html`<p><a class="button" href="${installUrl}" rel="noreferrer">${install}</a></p>`}
<small>${code} · ${reference}</small>
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
  return html`${problemNotice({ ...error.details, code: error.code }, language, requestId)}
<p><a class="button" href="${crossSite ? again : '/'}">${crossSite ? texts.goOn : texts.back}</a></p>`;
}
