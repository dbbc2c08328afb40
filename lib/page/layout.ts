import { html, raw } from 'hono/html';
import type { Language } from './language.ts';
import { textsIn } from './texts.ts';

/** Markup that is safe to send: every value in it was escaped when it was put in. */
export type Markup = ReturnType<typeof html>;

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}ul{list-style:none;padding:0}
li{display:flex;gap:.75rem;align-items:center;padding:.5rem 0;border-bottom:1px solid #d8dee4}
li>:first-child{flex:1}label{display:block;margin:.75rem 0}input,select{display:block;width:100%;font:inherit;padding:.4rem;box-sizing:border-box}
input[type=checkbox]{display:inline;width:auto}small{color:#57606a}
button,.button{display:inline-block;font:inherit;line-height:1.5;padding:.4rem .9rem;border:1px solid #1f6feb;border-radius:6px;background:#1f6feb;color:#fff;text-decoration:none;cursor:pointer}
button.plain{background:none;color:#1f6feb}[role=alert]{border-left:4px solid #cf222e;padding:.5rem 1rem;background:#ffebe9;overflow-wrap:anywhere}
[role=alert] p{margin:.25rem 0}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}a,button.plain{color:#58a6ff}li{border-color:#30363d}small{color:#9198a1}[role=alert]{background:#3c1618}}`;

/** Buttons that send another method than a form can; afterwards the page is shown anew. */
const script = `document.addEventListener('click',async(event)=>{const button=event.target.closest('[data-delete]');
if(!button)return;button.disabled=true;await fetch(button.dataset.delete,{method:'DELETE'});location.href='/'})`;

/** One page: its markup and the policy that lets only its own style and script run. */
export interface Page {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Wraps `content`. `refresh` reloads the page after so many seconds; `person` is told as whom they
 * act; `nonce` is fresh random.
 */
export function page(
  language: Language,
  content: Markup,
  {
    nonce,
    refresh,
    person,
  }: { readonly nonce: string; readonly refresh?: number; readonly person?: string },
): Page {
  const { title, signedInAs } = textsIn(language);
  const markup = html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title}</title>
<style nonce="${nonce}">${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${person === undefined ? '' : html`<p><small>${signedInAs} <b>${person}</b></small></p>`}
${content}
</main>
<script nonce="${nonce}">${raw(script)}</script>
</body>
</html>`;
  return {
    body: String(markup),
    headers: {
      'content-language': language === 'zh' ? 'zh-CN' : 'en',
      'content-security-policy':
        `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; ` +
        `connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      vary: 'accept-language',
    },
  };
}
