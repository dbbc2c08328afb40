import { html } from 'hono/html';
import type { Operation } from '../operations/operation.ts';
import type { Account, Host } from './host.ts';
import { accountName } from './host.ts';
import { type Language, relativeTime, textsIn, wordIn } from './language.ts';
import { icon, type Markup } from './layout.ts';

export interface HomeParts {
  readonly hosts: readonly Host[];
  readonly accounts: readonly Account[];
  readonly operations: readonly Operation[];
  /** The person comes back from installing an app. */
  readonly setup?: 'installed' | 'requested';
  /** A form that was begun and not sent: where it is, and what it is about. */
  readonly unfinished?: { readonly place: string; readonly about: string };
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The first page: what is connected, what can be, what was created, and the way to a new repository. */
export function homeContent(language: Language, parts: HomeParts): Markup {
  const texts = textsIn(language);
  const { hosts, accounts, operations, setup, unfinished, now } = parts;
  return html`${setup === undefined ? '' : html`<p class="card notice calm" role="status">${texts[setup]}</p>`}
<div class="top"><h1>${texts.home}</h1>${
    accounts.some(({ connection }) => connection.status === 'active')
      ? html`<a class="button" href="/new">${texts.newRepository}</a>`
      : ''
  }</div>
${unfinished === undefined ? '' : unfinishedCard(language, unfinished)}
<section class="card" aria-labelledby="accounts"><h2 id="accounts">${texts.accounts}</h2>
${accounts.length === 0 ? html`<p class="small">${texts.noAccounts}</p>` : ''}
<ul class="rows">${accounts.map((account) => accountRow(language, account))}</ul></section>
<section class="card" aria-labelledby="hosts"><h2 id="hosts">${texts.connectMore}</h2>
${hosts.length === 0 ? html`<p class="small">${texts.noProvider}</p>` : ''}
<div class="hosts">${hosts.map((host) => connectButton(language, host, `/connect/${host.id}`, accounts.length > 0))}</div></section>
${
  operations.length === 0
    ? ''
    : html`<section class="card" aria-labelledby="recent"><h2 id="recent">${texts.recent}</h2>
<ul class="rows">${operations.map((operation) => operationRow(language, operation, hosts, now))}</ul></section>`
}
<p class="small"><a href="/button">${texts.button}</a></p>`;
}

/** A button that begins a connect; the mark says which host before the words do. */
export function connectButton(language: Language, host: Host, href: string, quiet = false): Markup {
  const text = textsIn(language).connect(host.name);
  return html`<a class="button${quiet ? ' quiet' : ''}" href="${href}">${icon(host.icon)}${text}</a>`;
}

function unfinishedCard(
  language: Language,
  { place, about }: NonNullable<HomeParts['unfinished']>,
): Markup {
  const texts = textsIn(language);
  return html`<section class="card notice calm"><b>${texts.unfinished}</b>
<p>${about === '' ? '' : html`<span>${about}</span> – `}${texts.unfinishedHint}</p>
<a class="button" href="${place}">${texts.goOn}</a></section>`;
}

function accountRow(language: Language, account: Account): Markup {
  const texts = textsIn(language);
  const { connection, host } = account;
  const { id, provider, status } = connection;
  return html`<li>${host === undefined ? '' : icon(host.icon)}
<span class="grow"><b>${connection.account.login}</b> <small>${host?.name ?? provider}</small></span>
<span class="badge" data-state="${status}">${wordIn(texts.statuses, status)}</span>
${
  status === 'reconnect_required' && host !== undefined
    ? html`<a class="button quiet" href="/connect/${provider}?connection=${id}">${texts.reconnect}</a>`
    : ''
}
${
  status === 'revoked'
    ? ''
    : html`<details class="sure"><summary class="button text" aria-label="${texts.disconnect}: ${accountName(account)}">${texts.disconnect}</summary>
<p>${texts.disconnectSure(accountName(account))}</p>
<form method="post" action="/connections/${id}/disconnect"><button class="danger">${texts.disconnectYes}</button></form></details>`
}</li>`;
}

function operationRow(
  language: Language,
  { id, fullName, status, provider, createdAt }: Operation,
  hosts: readonly Host[],
  now: number,
): Markup {
  const texts = textsIn(language);
  const host = hosts.find((each) => each.id === provider);
  return html`<li>${host === undefined ? '' : icon(host.icon)}
<span class="grow"><a href="/new?operation=${id}">${fullName}</a> <small><time datetime="${createdAt}">${relativeTime(texts, Date.parse(createdAt), now)}</time></small></span>
<span class="badge" data-state="${status}">${wordIn(texts.statuses, status)}</span></li>`;
}
