import { inkOn, readableOn, surface } from './colours.ts';

const paper = { light: '#ffffff', dark: '#171b23' } as const;

/** The colours that follow from the accent: each is readable where it stands, whatever was chosen. */
function accents(accent: string): string {
  const plain = surface(accent);
  const [light, dark] = [readableOn('#f3f5f9', accent), readableOn('#222835', accent)];
  return `:root{color-scheme:light dark;--accent:${plain};--on-accent:${inkOn(plain)};--link:${light};
--bg:#f4f5f8;--card:${paper.light};--soft:#f3f5f9;--line:#dde1e9;--edge:#868e9e;--text:#171b24;--muted:#565e6e;--ok:#14713d;--bad:#b3261e;--warn:#7f5200;--bad-soft:#fdf0ef;--shadow:0 1px 2px #1420400d,0 8px 24px #14204012}
@media(prefers-color-scheme:dark){:root{--link:${dark};--bg:#0e1117;--card:${paper.dark};--soft:#1e2430;--line:#2c3340;--edge:#6b7486;--text:#e8ebf1;--muted:#a3acbb;--ok:#55c98f;--bad:#ff8f85;--warn:#e6b968;--bad-soft:#2b1a1c;--shadow:none}}`;
}

const rules = `*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;background:var(--bg);color:var(--text);overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
.frame{max-width:42rem;margin:0 auto;padding:0 1rem 2rem;min-height:100vh;display:flex;flex-direction:column}
header{display:flex;align-items:center;gap:.6rem;padding:1.5rem 0 1.25rem}
.brand{display:flex;align-items:center;gap:.6rem;font-weight:650;color:var(--text);text-decoration:none;letter-spacing:-.01em}
.brand img,.brand svg{height:1.75rem;width:auto;max-width:10rem;display:block}
main{flex:1}footer{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.875rem}
footer form{margin-inline-start:auto}footer b{color:var(--text);font-weight:600}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem;letter-spacing:-.02em;font-weight:680}h1+.lead{margin-top:-.6rem}
h2{font-size:1rem;margin:0 0 .75rem;font-weight:650}p{margin:0 0 .75rem}
a{color:var(--link);text-underline-offset:.15em}.lead{color:var(--muted);margin-bottom:1.25rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shadow);padding:1.25rem;margin:0 0 1rem}
.card>:last-child{margin-bottom:0}.top{display:flex;flex-wrap:wrap;gap:.75rem;align-items:flex-start;justify-content:space-between;margin-bottom:1.25rem}.top h1{margin:0}
ul,ol{list-style:none;margin:0;padding:0}.rows>li{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;padding:.75rem 0;border-top:1px solid var(--line)}
.rows>li:first-child{border-top:0;padding-top:.1rem}.rows>li:last-child{padding-bottom:.1rem}.grow{flex:1 1 10rem;min-width:0}.grow a{font-weight:600}
small,.small{font-size:.875rem;color:var(--muted)}.icon{width:1.35rem;height:1.35rem;flex:none;fill:currentColor;display:inline-block;vertical-align:-.25em}
.badge{display:inline-flex;align-items:center;gap:.4rem;font-size:.8125rem;color:var(--muted);white-space:nowrap}.badge::before{content:"";width:.5rem;height:.5rem;border-radius:50%;background:var(--edge)}
.badge[data-state=active]::before,.badge[data-state=succeeded]::before{background:var(--ok)}.badge[data-state=failed]::before,.badge[data-state=reconnect_required]::before{background:var(--bad)}.badge[data-state=running]::before,.badge[data-state=pending]::before{background:var(--link)}
button,.button,summary.button{display:inline-flex;align-items:center;justify-content:center;gap:.55rem;min-height:2.75rem;padding:.5rem 1.1rem;border:1px solid transparent;border-radius:10px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;line-height:1.3;text-decoration:none;text-align:center;cursor:pointer}
.quiet,button.quiet,summary.button.quiet{background:var(--card);color:var(--text);border-color:var(--edge)}.text,button.text,summary.button.text{background:none;border-color:transparent;color:var(--link);padding:.35rem .5rem;min-height:2.25rem;font-weight:500;font-size:.9375rem}
button.danger{background:none;color:var(--bad);border-color:var(--bad)}button:hover,.button:hover{filter:brightness(1.07)}.quiet:hover{border-color:var(--text)}button[aria-busy=true]{opacity:.75;cursor:progress}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.actions{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin-top:1rem}.actions+p{margin-top:.9rem}fieldset .more{margin-top:.5rem}.more .hosts{margin-bottom:.5rem}fieldset .more:not([open])>summary{margin-bottom:0}
.hosts{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}.hosts .button,.hosts button{justify-content:flex-start;text-align:start}
.field{margin:0 0 1.1rem;border:0;padding:0;min-width:0}label,legend{display:block;font-weight:600;font-size:.9375rem;margin:0 0 .35rem;padding:0}
input,select,textarea{width:100%;min-height:2.75rem;font:inherit;color:var(--text);background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:.5rem .75rem}
textarea{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;resize:vertical}input[aria-invalid=true]{border-color:var(--bad);box-shadow:0 0 0 1px var(--bad)}
.hint{display:block;font-size:.875rem;color:var(--muted);font-weight:400;margin:.35rem 0 0}.hint.bad{color:var(--bad)}.hint.ok{color:var(--ok)}.hint:empty{display:none}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.4rem 0 0}.chips:empty{display:none}.chips button,.chips .button{min-height:2.25rem;padding:.2rem .8rem;border-radius:99px;font-size:.875rem}
.picks{display:grid;gap:.5rem}.pick{display:flex;align-items:center;gap:.7rem;margin:0;padding:.65rem .9rem;border:1px solid var(--edge);border-radius:10px;cursor:pointer;font-weight:600;position:relative}
.pick input{width:1.1rem;height:1.1rem;min-height:0;flex:none;margin:0;accent-color:var(--link)}.pick:has(:checked){border-color:var(--link);box-shadow:0 0 0 1px var(--link);background:var(--soft)}.pick span{min-width:0}.pick small{display:block;font-weight:400}
.sides{grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}.check{display:flex;gap:.6rem;align-items:center;font-weight:400}.check input{width:1.1rem;height:1.1rem;min-height:0;accent-color:var(--link)}
.given{display:flex;align-items:center;gap:.75rem;padding:.75rem .9rem;background:var(--soft);border-radius:10px;font-weight:600;margin:0 0 1.1rem}
details>summary{cursor:pointer;list-style:none}details>summary::-webkit-details-marker{display:none}details.more>summary{color:var(--link);font-weight:500;margin:0 0 .75rem;font-size:.9375rem;display:inline-block;padding:.25rem 0}details.more>summary::before{content:"+ "}details.more[open]>summary::before{content:"− "}
.sure{flex-basis:100%}.sure[open]{background:var(--soft);border-radius:10px;padding:.75rem .9rem;margin-top:.4rem}li>.sure{flex-basis:auto}li>.sure[open]{flex-basis:100%}
[role=alert].card,.notice{border-inline-start:4px solid var(--bad);background:var(--bad-soft)}.notice.calm{border-inline-start-color:var(--link);background:var(--card)}[role=alert] b,.notice b{display:block;margin:0 0 .25rem}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.copy{display:flex;gap:.5rem;align-items:center;background:var(--soft);border-radius:10px;padding:.35rem .4rem .35rem .9rem;margin:0 0 .5rem}.copy code{flex:1;min-width:0;overflow-x:auto;white-space:nowrap;padding:.4rem 0}
progress{appearance:none;display:block;width:100%;height:.5rem;border:0;border-radius:99px;background:var(--line);overflow:hidden;margin:0 0 1.25rem}progress::-webkit-progress-bar{background:var(--line)}progress::-webkit-progress-value{background:var(--accent);border-radius:99px;transition:width .4s}progress::-moz-progress-bar{background:var(--accent)}
.steps li{display:flex;gap:.75rem;align-items:center;padding:.45rem 0;color:var(--muted)}.steps li[data-state=running],.steps li[data-state=succeeded],.steps li[data-state=failed]{color:var(--text)}.steps li[data-state=running]{font-weight:600}.steps .grow{flex:1 1 0}.steps time,.steps small{font-variant-numeric:tabular-nums}
.dot{width:1.25rem;height:1.25rem;border-radius:50%;border:2px solid var(--edge);flex:none;display:grid;place-items:center}.dot svg{width:.8rem;height:.8rem;fill:none;stroke:var(--card);stroke-width:3;stroke-linecap:round;stroke-linejoin:round}[data-state=succeeded]>.dot{background:var(--ok);border-color:var(--ok)}[data-state=failed]>.dot{background:var(--bad);border-color:var(--bad)}[data-state=running]>.dot{border-color:var(--line);border-top-color:var(--link);animation:turn 1s linear infinite}@keyframes turn{to{transform:rotate(1turn)}}
.hero{text-align:center;padding:2rem 1.25rem}.hero .mark{width:3.5rem;height:3.5rem;border-radius:50%;background:var(--soft);display:grid;place-items:center;margin:0 auto 1rem;color:var(--link)}.hero .mark .icon{width:1.9rem;height:1.9rem}.hero .mark.ok{color:var(--ok)}.hero .actions{justify-content:center}.hero .lead{max-width:30rem;margin-inline:auto}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem;z-index:1}.hiddenly{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}@media(max-width:30rem){.hero{padding:1.5rem 1rem}.card{padding:1rem}h1{font-size:1.4rem}.stack .button,.stack button{width:100%}}`;

/** All of the page's looks, in light and dark. `accent` is `#rrggbb`. */
export function styleFor(accent: string): string {
  return `${accents(accent)}\n${rules}`;
}
