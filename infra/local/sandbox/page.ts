import { html } from 'hono/html';

type Markup = ReturnType<typeof html>;

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem;
  color: #1f2328; background: #fff; }
header { color: #59636e; border-bottom: 1px solid #d1d9e0; margin-bottom: 1.5rem; }
label { display: block; } fieldset { border: 1px solid #d1d9e0; border-radius: 6px; margin: 1rem 0; }
button { font: inherit; padding: .4rem 1.2rem; border-radius: 6px; border: 1px solid #1a7f37;
  background: #1a7f37; color: #fff; }
button.quiet { background: #f6f8fa; color: #1f2328; border-color: #d1d9e0; }
pre { background: #f6f8fa; padding: 1rem; overflow: auto; }`;

/** A whole page of one stand-in. */
export function page(name: string, body: Markup): Markup {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${name}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head>
<body><header>${name}: not the real one</header><main>${body}</main></body></html>`;
}
