import { html } from 'hono/html';
import type { ProviderSettings } from '../providers/provider.ts';
import type { Connection } from '../vault/connection.ts';
import type { Language } from './language.ts';
import type { Markup } from './layout.ts';
import { statusText, type Texts, textsIn } from './texts.ts';

/** The first page: what is connected, what can be, and the way to a new repository. */
export function homeContent(
  language: Language,
  {
    providers,
    connections,
    setup,
  }: {
    readonly providers: readonly ProviderSettings[];
    readonly connections: readonly Connection[];
    /** The person comes back from installing an app. */
    readonly setup?: 'installed' | 'requested';
  },
): Markup {
  const texts = textsIn(language);
  return html`${setup === undefined ? '' : html`<p role="status">${texts[setup]}</p>`}
<h2>${texts.connections}</h2>
${connections.length === 0 ? html`<p>${texts.none}</p>` : ''}
<ul>${connections.map((connection) => connectionRow(texts, connection, providers))}</ul>
${providers.length === 0 ? html`<p>${texts.noProvider}</p>` : ''}
<ul>${providers.map(
    ({ id, name }) =>
      html`<li><span>${name}</span> <a class="button" href="/connect/${id}">${texts.connect}</a></li>`,
  )}</ul>
${connections.some(({ status }) => status === 'active') ? html`<p><a class="button" href="/new">${texts.newRepository}</a></p>` : ''}
<p><button class="plain" data-delete="/sessions/current">${texts.signOut}</button></p>`;
}

function connectionRow(
  texts: Texts,
  { id, provider, account, status }: Connection,
  providers: readonly ProviderSettings[],
): Markup {
  const name = providers.find((settings) => settings.id === provider)?.name ?? provider;
  const again = html`<a class="button" href="/connect/${provider}?connection=${id}">${texts.reconnect}</a>`;
  return html`<li><span>${name}: ${account.login} <small>${statusText(texts, status)}</small></span>
${status === 'reconnect_required' ? again : ''}
<button class="plain" data-delete="/connections/${id}">${texts.disconnect}</button></li>`;
}
