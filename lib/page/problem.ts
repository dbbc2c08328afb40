import { html } from 'hono/html';
import { type ErrorDetails, errorCode } from '../errors.ts';
import { fieldProblem, type Language, type Texts, textsIn, wordIn } from './language.ts';
import type { Markup } from './layout.ts';

/** A failure as it is told: its code and what may be said of it. */
export type Problem = ErrorDetails & { readonly code: string };

/** What happened, in one sentence. */
export function whatHappened({ code }: Problem, language: Language): string {
  return failureOf(textsIn(language), code).what;
}

/** What helps, in one sentence: by the reason where there is a word on it, else by the code. */
function whatHelps({ code, reason = '' }: Problem, language: Language): string {
  const texts = textsIn(language);
  return Object.hasOwn(texts.reasons, reason)
    ? (texts.reasons[reason] ?? '')
    : failureOf(texts, code).next;
}

function failureOf({ failures }: Texts, code: string) {
  return failures[errorCode(code) ?? 'InternalError'];
}

/** The place at the host where a remedy sends people, if it names one. */
function addressIn({ remedy = '' }: Problem): string | undefined {
  return /https?:\/\/[^\s{}<>"']*[^\s{}<>"'.,;:]/.exec(remedy)?.[0];
}

/**
 * A failure as a person reads it: what happened, what is wrong with which field, what helps.
 * `reference` is what the operator asks for; `ways` are buttons that lead on.
 */
export function problemNotice(
  problem: Problem,
  language: Language,
  {
    reference,
    ways,
    titled = false,
  }: {
    readonly reference: string;
    readonly ways?: Markup;
    /** What happened stands above it already. */
    readonly titled?: boolean;
  },
): Markup {
  const texts = textsIn(language);
  const { code, reason = '', fields = [] } = problem;
  // A word of ours, or a sentence of the host's own.
  const isWord = /^[a-z0-9_]+$/.test(reason);
  const address = addressIn(problem);
  return html`<div class="card" role="alert">
${titled ? '' : html`<b>${whatHappened(problem, language)}</b>`}
${fields.map(
  (each) => html`<p>${wordIn(texts.fields, each.field)}: ${fieldProblem(texts, each.problem)}</p>`,
)}
${isWord || reason === '' ? '' : html`<p>${texts.hostSays(reason)}</p>`}
<p>${whatHelps(problem, language)}</p>
${address === undefined ? '' : html`<p><a href="${address}" rel="noreferrer">${address}</a></p>`}
${ways === undefined ? '' : html`<div class="actions stack">${ways}</div>`}
<p><small>${code}${isWord ? ` · ${reason}` : ''} · ${reference}</small></p>
</div>`;
}

/** A whole page for a failure: with the operator's words where only the operator can help. */
export function problemContent(
  problem: Problem,
  language: Language,
  { reference, ways }: { readonly reference: string; readonly ways?: Markup },
): Markup {
  const texts = textsIn(language);
  const own = html`${ways ?? ''}<a class="button quiet" href="/">${texts.home}</a>`;
  const forOperator = problem.code === 'Misconfigured' || problem.reason === 'login_url_missing';
  return html`<h1>${texts.failures[errorCode(problem.code) ?? 'InternalError'].what}</h1>
${problemNotice(problem, language, { reference, ways: own, titled: true })}
${forOperator && problem.remedy !== undefined ? html`<p><small lang="en">${problem.remedy}</small></p>` : ''}`;
}
