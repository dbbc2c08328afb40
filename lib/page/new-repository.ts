import { html, raw } from 'hono/html';
import { visibilities } from '../providers/provider.ts';
import type { Fields } from './fields.ts';
import { connectButton } from './home.ts';
import { type Account, createsAt, type Host, keepsVisibility } from './host.ts';
import { type Language, type Texts, textsIn } from './language.ts';
import { icon, type Markup } from './layout.ts';

export interface NewRepositoryParts {
  /** Those that can create, the one used last first. */
  readonly accounts: readonly Account[];
  readonly hosts: readonly Host[];
  /** What stands in the form; `template` without the provider that may stand before it. */
  readonly fields: Fields;
  /** The template came with the address and is shown, not asked for. */
  readonly given: boolean;
  /** The one host whose accounts can be used, where the template says so. */
  readonly provider?: string;
  /** Address of this page; what is begun elsewhere comes back to it. */
  readonly place: string;
  readonly notice?: Markup;
  readonly setup?: 'installed' | 'requested';
  /** Members of the request that were refused. */
  readonly refused?: readonly string[];
}

/** The form of a new repository, or without an account to use the way to one. */
export function newRepositoryContent(language: Language, parts: NewRepositoryParts): Markup {
  const texts = textsIn(language);
  const { fields, notice, setup, given } = parts;
  const title = given ? texts.newFrom(fields.template) : texts.newRepository;
  return html`${setup === undefined ? '' : html`<p class="card notice calm" role="status">${texts[setup]}</p>`}
<h1>${title}</h1>
${notice ?? ''}
${parts.accounts.length === 0 ? hostChoice(language, parts) : form(language, parts)}`;
}

/** Hosts at which an account is needed first; each leads back here. */
function hostChoice(language: Language, { hosts, provider, place }: NewRepositoryParts): Markup {
  const texts = textsIn(language);
  const usable = hosts.filter(
    (host) => createsAt(host) && (provider === undefined || host.id === provider),
  );
  return html`<div class="card"><h2>${texts.chooseHost}</h2><p class="lead">${texts.chooseHostHint}</p>
${usable.length === 0 ? html`<p>${texts.noProvider}</p>` : ''}
<div class="hosts">${usable.map((host) => connectButton(language, host, connectPath(host.id, place)))}</div></div>`;
}

/** Where a connect begins that comes back to `place`. */
export function connectPath(provider: string, place: string, connection?: string): string {
  const query = new URLSearchParams({
    ...(connection === undefined ? {} : { connection }),
    returnTo: place,
  });
  return `/connect/${provider}?${query}`;
}

function form(language: Language, parts: NewRepositoryParts): Markup {
  const texts = textsIn(language);
  const { fields, refused = [] } = parts;
  const bad = (name: string) => (refused.includes(name) ? raw('aria-invalid="true"') : '');
  return html`<form method="post" action="/new" class="card" data-new data-known="${dataFor(texts, parts)}" autocomplete="off">
<button class="hiddenly" tabindex="-1" aria-hidden="true">${texts.create}</button>
<input type="hidden" name="idempotencyKey" value="${fields.idempotencyKey}">
<input type="hidden" name="returnTo" value="${fields.returnTo}">
<div id="ended" class="card notice" role="alert" hidden><b>${texts.sessionEnded}</b><p>${texts.sessionEndedHint}</p>
<button name="go" value="sign-in" formnovalidate>${texts.signInAgain}</button></div>
${templateField(texts, parts, bad('template'))}
${accountField(texts, parts)}
<div class="field"><label for="namespace">${texts.namespace}</label>
<input id="namespace" name="namespace" value="${fields.namespace}" aria-describedby="namespace-hint" ${bad('namespace')} spellcheck="false">
<span class="hint" id="namespace-hint">${texts.namespaceHint}</span>${installWays(texts, parts)}</div>
<div class="field"><label for="name">${texts.name}</label>
<input id="name" name="name" value="${fields.name}" required aria-describedby="name-hint" ${bad('name')} spellcheck="false">
<span class="hint" id="name-hint" role="status">${texts.nameHint}</span><div class="chips" id="names"></div></div>
${visibilityField(texts, parts)}
<details class="more" ${fields.description !== '' || fields.ci === 'on' ? 'open' : ''}><summary>${texts.more}</summary>
<div class="field"><label for="description">${texts.description}</label>
<input id="description" name="description" value="${fields.description}" ${bad('description')}></div>
<div class="field" id="ci"><label class="check"><input type="checkbox" name="ci" value="on" ${fields.ci === 'on' ? 'checked' : ''}>${texts.ci}</label></div></details>
<div class="actions stack"><button>${texts.create}</button></div>
</form>`;
}

function templateField(
  texts: Texts,
  { fields, given, provider, hosts }: NewRepositoryParts,
  bad: Markup | string,
): Markup {
  const prefix = provider === undefined ? '' : `${provider}:`;
  if (given) {
    const host = hosts.find(({ id }) => id === provider);
    const rest = new URLSearchParams(fields.name === '' ? {} : { name: fields.name });
    return html`<input type="hidden" name="template" value="${prefix}${fields.template}">
<div class="given">${host === undefined ? '' : icon(host.icon)}<span class="grow"><small>${texts.template}</small><br>${fields.template}</span>
<a class="small" href="/new${rest.size === 0 ? '' : `?${rest}`}">${texts.otherTemplate}</a></div>`;
  }
  return html`<div class="field"><label for="template">${texts.template}</label>
<input id="template" name="template" value="${prefix}${fields.template}" aria-describedby="template-hint" ${bad} spellcheck="false">
<span class="hint" id="template-hint" role="status">${texts.templateHint}</span></div>`;
}

function accountField(texts: Texts, parts: NewRepositoryParts): Markup {
  const { accounts, fields } = parts;
  const chosen = accounts.find(({ connection }) => connection.id === fields.connection);
  const first = (chosen ?? accounts[0])?.connection.id;
  const shown = ({ connection, host }: Account) =>
    html`${host === undefined ? '' : icon(host.icon)}<span>${connection.account.login}<small>${host?.name ?? connection.provider}</small></span>`;
  return html`<fieldset class="field"><legend>${texts.account}</legend><div class="picks">${accounts.map(
    (
      account,
    ) => html`<label class="pick"><input type="radio" name="connection" value="${account.connection.id}"
${account.connection.id === first ? 'checked' : ''}>${shown(account)}</label>`,
  )}</div>${otherAccounts(texts, parts)}</fieldset>`;
}

/** An app's users reach only those owners where it is installed: the way to install it for another. */
function installWays(texts: Texts, { accounts }: NewRepositoryParts): Markup[] {
  const hosts = new Map(
    accounts.flatMap(({ host }) => (host === undefined ? [] : [[host.id, host]])),
  );
  return [...hosts.values()]
    .filter(({ abilities }) => abilities.installations)
    .map(
      ({ id, name }) =>
        html`<button class="text" name="go" value="install/${id}" data-install="${id}" formnovalidate>${texts.installElsewhere} (${name})</button>`,
    );
}

function visibilityField(texts: Texts, parts: NewRepositoryParts): Markup {
  const { accounts, fields } = parts;
  const offered = visibilities.filter((each) =>
    accounts.some(({ host }) => host?.abilities.visibilities.includes(each)),
  );
  const chosen = offered.find((each) => each === fields.visibility) ?? usual(parts);
  return html`<fieldset class="field"><legend>${texts.visibility}</legend><div class="picks sides">${offered
    .toReversed()
    .map(
      (each) => html`<label class="pick"><input type="radio" name="visibility" value="${each}"
${each === chosen ? 'checked' : ''}><span>${texts[each]}<small>${texts[`${each}Hint`]}</small></span></label>`,
    )}</div><span class="hint" id="visibility-hint" role="status"></span></fieldset>`;
}

/** Private, but where a copy is as visible as its template, and templates are there to be seen. */
function usual({ accounts, fields }: NewRepositoryParts): string {
  const host = (
    accounts.find(({ connection }) => connection.id === fields.connection) ?? accounts[0]
  )?.host;
  const copies = fields.template !== '' && host !== undefined && keepsVisibility(host);
  const offered = host?.abilities.visibilities ?? [];
  return copies || !offered.includes('private') ? 'public' : 'private';
}

/** Ways to one more account: what was typed goes along. */
function otherAccounts(texts: Texts, { hosts, provider }: NewRepositoryParts): Markup {
  const usable = hosts.filter(
    (host) => createsAt(host) && (provider === undefined || host.id === provider),
  );
  return html`<details class="more"><summary>${texts.otherAccount}</summary><div class="hosts">${usable.map(
    (host) =>
      html`<button class="quiet" name="go" value="connect/${host.id}" formnovalidate>${icon(host.icon)}${texts.connect(host.name)}</button>`,
  )}</div></details>`;
}

/** What the page's script has to know, as JSON. */
function dataFor(texts: Texts, { accounts }: NewRepositoryParts): string {
  const known = accounts.map(({ connection, host }) => [
    connection.id,
    {
      login: connection.account.login,
      host: host?.id,
      visibilities: host?.abilities.visibilities,
      keeps: host !== undefined && keepsVisibility(host),
      ci: host?.abilities.settings.includes('ci'),
    },
  ]);
  const { yourself, nameHint, nameFree, nameTaken, nameFreeOnes, checking } = texts;
  const { templateFound, templateMissing, asTemplate } = texts;
  const words = { yourself, nameHint, nameFree, nameTaken, nameFreeOnes, checking };
  const data = {
    accounts: Object.fromEntries(known),
    texts: { ...words, templateFound, templateMissing, asTemplate },
  };
  return JSON.stringify(data);
}
