import { html } from 'hono/html';
import type { Operation } from '../operations/operation.ts';
import type { Language } from './language.ts';
import type { Markup } from './layout.ts';
import { problemNotice } from './problem.ts';
import { statusText, textsIn } from './texts.ts';

/** How one repository is coming along, and where it is once it is ready. */
export function progressContent(language: Language, operation: Operation): Markup {
  const texts = textsIn(language);
  const { result, error } = operation;
  return html`<h2>${operation.fullName}</h2>
<p><progress max="100" value="${operation.progress}" aria-label="${texts.progress}"></progress> ${statusText(texts, operation.status)}</p>
<ul>${operation.steps.map(
    ({ name, state }) =>
      html`<li><span>${texts.steps[name] ?? name}</span> <small>${statusText(texts, state)}</small></li>`,
  )}</ul>
${error === undefined ? '' : problemNotice(error, language, error.reason ?? operation.id)}
${result === undefined ? '' : html`<p><a class="button" href="${result.webUrl}" rel="noreferrer">${texts.open}</a></p>`}
<p><a href="/">${texts.back}</a></p>`;
}

/** Whether the page has to be looked at again. */
export function underWay(operation: Operation): boolean {
  return operation.status === 'pending' || operation.status === 'running';
}
