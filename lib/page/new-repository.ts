import { html } from 'hono/html';
import type { Connection } from '../vault/connection.ts';
import type { Language } from './language.ts';
import type { Markup } from './layout.ts';
import { textsIn } from './texts.ts';

/** What the form carries; after a refusal it is shown again with all that was entered. */
export interface NewRepositoryFields {
  readonly connection: string;
  readonly template: string;
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: string;
  readonly ci: string;
  readonly idempotencyKey: string;
}

/** The form of a new repository. Its hidden key makes sending it twice create one repository. */
export function newRepositoryContent(
  language: Language,
  {
    connections,
    fields,
    notice,
  }: {
    readonly connections: readonly Connection[];
    readonly fields: NewRepositoryFields;
    readonly notice?: Markup;
  },
): Markup {
  const texts = textsIn(language);
  const option = (value: string, text: string, chosen: string) =>
    html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`;
  return html`<h2>${texts.newRepository}</h2>
${notice ?? ''}
<form method="post" action="/new">
<input type="hidden" name="idempotencyKey" value="${fields.idempotencyKey}">
<label>${texts.account}<select name="connection" required>
${connections.map(({ id, provider, account }) => option(id, `${provider}: ${account.login}`, fields.connection))}
</select></label>
<label>${texts.template}<input name="template" value="${fields.template}" maxlength="400"><small>${texts.templateHint}</small></label>
<label>${texts.namespace}<input name="namespace" value="${fields.namespace}" maxlength="255"><small>${texts.namespaceHint}</small></label>
<label>${texts.name}<input name="name" value="${fields.name}" required maxlength="255"></label>
<label>${texts.description}<input name="description" value="${fields.description}" maxlength="350"></label>
<label>${texts.visibility}<select name="visibility">
${(['private', 'internal', 'public'] as const).map((value) => option(value, texts[value], fields.visibility))}
</select></label>
<label><input type="checkbox" name="ci" value="on" ${fields.ci === 'on' ? 'checked' : ''}> ${texts.ci}</label>
<p><button>${texts.create}</button> <a href="/">${texts.back}</a></p>
</form>`;
}
