import { html, raw } from 'hono/html';
import type { Operation } from '../operations/operation.ts';
import type { Host } from './host.ts';
import { duration, type Language, relativeTime, type Texts, textsIn, wordIn } from './language.ts';
import { hero, icon, type Markup, marks } from './layout.ts';
import { connectPath } from './new-repository.ts';
import { problemNotice } from './problem.ts';

export interface ProgressParts {
  readonly operation: Operation;
  readonly host: Host | undefined;
  /** Where the product wants the person back; checked. */
  readonly returnTo?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Whether the page has to be looked at again. */
export function underWay({ status }: Operation): boolean {
  return status === 'pending' || status === 'running';
}

/** How one repository is coming along; at the end where it is, or what can be done instead. */
export function progressContent(language: Language, parts: ProgressParts): Markup {
  const texts = textsIn(language);
  const { operation } = parts;
  if (operation.result !== undefined) return resultContent(texts, parts, operation.result);
  const { fullName, status, error } = operation;
  const going = underWay(operation);
  return html`<div ${going ? raw('data-live') : ''} data-say="${fullName}: ${wordIn(texts.statuses, status)}">
<div class="top"><h1>${fullName}</h1><span class="badge" data-state="${status}">${wordIn(texts.statuses, status)}</span></div>
${error === undefined ? '' : failure(language, parts, error)}
<section class="card" aria-label="${texts.stepsTitle}">
<progress max="100" value="${operation.progress}" aria-label="${texts.progress}">${operation.progress} %</progress>
${waitingNote(texts, parts)}
<ol class="steps">${plannedSteps(operation).map((step) => stepRow(texts, step, parts.now))}</ol>
${going ? cancelForm(texts, operation) : ''}
</section>
<p class="small"><a href="/">${texts.home}</a></p></div>`;
}

interface PlannedStep {
  readonly name: string;
  readonly state: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

const beginnings: Readonly<Record<string, string>> = {
  generate: 'generateFromTemplate',
  fork: 'forkRepo',
  create: 'createEmptyRepo',
};
const rest = ['pollImportStatus', 'configureRepo', 'commitFiles', 'finishOperation'] as const;

/** All steps from the start: those that began as they stand, and those to come. */
function plannedSteps({ strategy, steps, status }: Operation): readonly PlannedStep[] {
  const known = new Map(steps.map((step) => [step.name, step]));
  const names = [beginnings[strategy] ?? strategy, ...rest];
  const others = steps.map(({ name }) => name).filter((name) => !names.includes(name));
  // After a failure the last step has only put things in order: that is no success to show.
  const shown = ['failed', 'cancelled'].includes(status) ? names.slice(0, -1) : names;
  return [...shown, ...others].map((name) => known.get(name) ?? { name, state: 'waiting' });
}

const signs: Readonly<Record<string, string>> = {
  succeeded: '<path d="m5 13 4 4L19 7"/>',
  failed: '<path d="M6 6l12 12M18 6 6 18"/>',
};

function stepRow(texts: Texts, { name, state, startedAt, endedAt }: PlannedStep, now: number) {
  const end = endedAt === undefined ? now : Date.parse(endedAt);
  const time = startedAt === undefined ? '' : duration(end - Date.parse(startedAt));
  const sign = signs[state];
  return html`<li data-state="${state}"><span class="dot">${
    sign === undefined ? '' : raw(`<svg viewBox="0 0 24 24" aria-hidden="true">${sign}</svg>`)
  }</span><span class="grow">${wordIn(texts.steps, name)}<span class="hiddenly">: ${wordIn(texts.statuses, state)}</span></span><small>${time}</small></li>`;
}

function waitingNote(texts: Texts, { operation, now }: ProgressParts): Markup | '' {
  const { waiting, cancelRequested } = operation;
  if (cancelRequested && underWay(operation)) return html`<p>${texts.cancelling}</p>`;
  if (waiting === undefined) return '';
  const until = relativeTime(texts, Date.parse(waiting.until), now);
  return html`<p><small>${texts.waitingUntil(until)}</small></p>`;
}

function cancelForm(texts: Texts, { id, cancelRequested }: Operation): Markup | '' {
  if (cancelRequested) return '';
  return html`<form method="post" action="/new" class="actions"><input type="hidden" name="operation" value="${id}">
<button class="quiet" id="cancel" name="go" value="cancel">${texts.cancel}</button></form>`;
}

function failure(
  language: Language,
  { operation, host }: ProgressParts,
  error: NonNullable<Operation['error']>,
): Markup {
  const texts = textsIn(language);
  const { leftBehind, id } = operation;
  const left =
    leftBehind === undefined
      ? html`<p class="small">${texts.leftNothing}</p>`
      : html`<p class="card">${texts.leftBehind} <a href="${leftBehind.webUrl}" rel="noreferrer">${leftBehind.fullName}</a></p>`;
  return html`${problemNotice(error, language, { reference: id.slice(-8), ways: waysOn(texts, operation, error, host) })}${left}`;
}

/** The next step for each failure, as buttons; all that was asked for is kept. */
function waysOn(
  texts: Texts,
  { id, provider, connection }: Operation,
  { code, reason, suggestions = [], installUrl }: NonNullable<Operation['error']>,
  host: Host | undefined,
): Markup {
  const form = `/new?like=${id}`;
  const again = (text: string, quiet = false) =>
    html`<a class="button${quiet ? ' quiet' : ''}" href="${form}">${text}</a>`;
  if (code === 'ReconnectRequired' || code === 'ScopeMissing') {
    if (host === undefined) return again(texts.tryAgain);
    return html`<a class="button" href="${connectPath(provider, form, connection)}">${icon(host.icon)}${texts.reconnect}</a>${again(texts.tryAgain, true)}`;
  }
  if (code === 'InstallationRequired' && installUrl !== undefined) {
    return html`<a class="button" href="${installUrl}" rel="noreferrer">${texts.install}</a>${again(texts.tryAgain, true)}`;
  }
  if (code === 'AlreadyExists' || reason === 'name_taken') {
    return html`${again(texts.otherName)}<span class="chips">${suggestions.map(
      (name) =>
        html`<a class="button quiet" href="${form}&amp;name=${encodeURIComponent(name)}">${name}</a>`,
    )}</span>`;
  }
  return again(texts.tryAgain);
}

function resultContent(
  texts: Texts,
  { operation, returnTo }: ProgressParts,
  { fullName, webUrl, cloneUrls }: NonNullable<Operation['result']>,
): Markup {
  const back = returnTo === undefined ? undefined : new URL(returnTo);
  back?.searchParams.set('operation', operation.id);
  back?.searchParams.set('repository', webUrl);
  const told =
    back === undefined
      ? ''
      : html`<div data-tell="${back.origin}" data-operation="${operation.id}" data-repository="${webUrl}"></div>`;
  const open = html`<a class="button${back === undefined ? '' : ' quiet'}" href="${webUrl}" rel="noreferrer">${texts.open}</a>`;
  const ways = html`${back === undefined ? '' : html`<a class="button" href="${back.href}" rel="noreferrer">${texts.returnTo(back.hostname)}</a>`}${open}`;
  return html`<div data-say="${texts.ready}">${told}
${hero({ path: marks.done, good: true, title: texts.ready, text: html`<b>${fullName}</b>`, ways })}
<section class="card" aria-labelledby="clone"><h2 id="clone">${texts.clone}</h2>
${Object.values(cloneUrls).map((url: string) => copyable(texts, `git clone ${url}`))}</section>
<progress class="hiddenly" max="100" value="100" aria-label="${texts.progress}"></progress>
<p class="small"><a href="/">${texts.home}</a></p></div>`;
}

/** Text to be taken along: by a button where a script runs, else by hand. */
export function copyable(texts: Texts, text: string): Markup {
  return html`<div class="copy"><code tabindex="0">${text}</code><button class="text" type="button" hidden data-copy="${text}" data-copied="${texts.copied}">${texts.copy}</button></div>`;
}
