import { html } from 'hono/html';
import type { Operation } from '../operations/operation.ts';
import { defined } from '../primitives/defined.ts';
import { type Language, textsIn } from './language.ts';
import type { Markup } from './layout.ts';
import { type Problem, problemNotice } from './problem.ts';
import { underWay } from './progress.ts';

/** Why the form was not taken, above the form; what was typed is kept for whoever leaves to mend it. */
export function refusalNotice(
  problem: Problem,
  language: Language,
  { reference, reconnect }: { readonly reference: string; readonly reconnect?: string },
): Markup {
  const renew = ['ReconnectRequired', 'ScopeMissing'].includes(problem.code);
  const ways =
    renew && reconnect !== undefined
      ? html`<a class="button" href="${reconnect}">${textsIn(language).reconnect}</a>`
      : undefined;
  return problemNotice(problem, language, { reference, ...defined({ ways }) });
}

/** The repository of this form is there, or on its way: the way to it. */
export function alreadyNotice(
  language: Language,
  { code }: Problem,
  { operation, way }: { readonly operation: Operation; readonly way: string },
): Markup {
  const texts = textsIn(language);
  const going = underWay(operation);
  return html`<div class="card notice calm" role="alert">
<b>${going ? texts.beingCreated : texts.already(operation.fullName)}</b>
<p>${going ? operation.fullName : texts.alreadyHint}</p>
<div class="actions"><a class="button" href="${way}">${texts.watch}</a></div>
<p><small>${code} · ${operation.id.slice(-8)}</small></p></div>`;
}
