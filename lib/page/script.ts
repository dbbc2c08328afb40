/** What every page's script begins with. */
const tools = `const pick=(s,r=document)=>r.querySelector(s),all=(s,r=document)=>[...r.querySelectorAll(s)];
const make=(tag,text,more={})=>Object.assign(document.createElement(tag),{textContent:text},more);
const wait=(ms)=>new Promise((go)=>setTimeout(go,ms));`;

/** A form is sent once, however often it is clicked; whoever comes back finds what they typed. */
const sending = `document.addEventListener('submit',(event)=>{const form=event.target;
if(form.dataset.sent){event.preventDefault();return}
keep();form.dataset.sent='1';event.submitter?.setAttribute('aria-busy','true')});
addEventListener('pageshow',()=>{for(const form of document.forms)delete form.dataset.sent;
for(const busy of all('[aria-busy]'))busy.removeAttribute('aria-busy')});
const form=pick('form[data-new]');
function keep(){if(!form)return;const typed=Object.fromEntries(new FormData(form));delete typed.go;
history.replaceState({...history.state,typed},'')}
function restore(){const typed=history.state?.typed,how=performance.getEntriesByType('navigation')[0]?.type;
if(!typed||how==='navigate')return;
for(const [name,value] of Object.entries(typed)){for(const field of all('[name="'+name+'"]',form)){
if(field.type==='radio'||field.type==='checkbox')field.checked=field.value===value;else if(field.tagName!=='BUTTON')field.value=value}}}`;

/** What only the host knows is asked of the API by the browser, with its own session. */
const asking = `async function ask(path){const answer=await fetch(path,{headers:{accept:'application/json'}}).catch(()=>undefined);
if(answer?.status===401){pick('#ended').hidden=false;pick('#ended button').focus();return}
return answer?.ok?answer.json():undefined}
const data=form?JSON.parse(form.dataset.known):undefined;
const field=(name)=>form.elements.namedItem(name);
const account=()=>{const chosen=new FormData(form).get('connection');return {id:chosen,...data.accounts[chosen]}};
const hint=(name,text,state='')=>{const place=pick('#'+name+'-hint');place.textContent=text;place.className='hint '+state};`;

const owners = `async function fillOwners(){const {id,login}=account();if(!id)return;const items=[];let next='';
for(let pages=0;pages<10;pages+=1){const page=await ask('/connections/'+id+'/namespaces'+(next&&'?cursor='+encodeURIComponent(next)));
if(!page)break;items.push(...page.items);next=page.next??'';if(!next)break}
if(account().id!==id||!items.length)return;
const before=field('namespace'),list=make('select','',{name:'namespace',id:'namespace'});
list.setAttribute('aria-describedby','namespace-hint');
for(const each of items){const own=each.kind==='user'&&each.path.toLowerCase()===login.toLowerCase();
list.append(make('option',own?each.path+' ('+data.texts.yourself+')':each.path,{value:own?'':each.path}))}
const typed=before.value;if(typed&&![...list.options].some((o)=>o.value===typed))list.append(make('option',typed,{value:typed}));
list.value=typed;list.addEventListener('change',checkName);before.replaceWith(list);hint('namespace','')}`;

const names = `let checks=0;
async function checkName(){const turn=++checks,name=field('name').value.trim(),{id}=account(),chips=pick('#names');
chips.replaceChildren();if(!name||!id){hint('name',data.texts.nameHint);return}
await wait(350);if(turn!==checks)return;hint('name',data.texts.checking);
const owner=field('namespace').value.trim();
const found=await ask('/connections/'+id+'/names/'+encodeURIComponent(name)+(owner&&'?namespace='+encodeURIComponent(owner)));
if(turn!==checks)return;if(!found){hint('name','');return}
if(found.problem){hint('name',data.texts.nameHint,'bad');return}
if(found.available){hint('name',data.texts.nameFree,'ok');return}
hint('name',data.texts.nameTaken+(found.suggestions.length?' '+data.texts.nameFreeOnes:''),'bad');
for(const free of found.suggestions)chips.append(make('button',free,{type:'button',className:'quiet',onclick(){field('name').value=free;checkName();field('name').focus()}}))}`;

const templates = `let looks=0;
async function checkTemplate(){const turn=++looks,{id,keeps}=account(),name=field('template').value.replace(/^[a-z][a-z0-9-]*:/,'').trim();
const editable=pick('#template-hint');if(!id||!/^[^/]+\\/.+/.test(name)){showVisibilities();return}
await wait(350);if(turn!==looks)return;
const found=await ask('/connections/'+id+'/template?fullName='+encodeURIComponent(name));
if(turn!==looks||!found)return;
if(editable)hint('template',found.readable?data.texts.templateFound:data.texts.templateMissing,found.readable?'ok':'bad');
showVisibilities(keeps&&found.readable?found.visibility:undefined)}
function showVisibilities(only){const {visibilities}=account(),picks=all('[name=visibility]',form);
const offered=only?[only]:visibilities??picks.map((each)=>each.value);
for(const each of picks){each.closest('label').hidden=!offered.includes(each.value)}
if(!picks.some((each)=>each.checked&&offered.includes(each.value)))for(const each of picks)each.checked=each.value===(offered.includes('private')?'private':offered[0]);
hint('visibility',only?data.texts.asTemplate:'')}`;

const starting = `if(form){restore();
let held;form.addEventListener('input',()=>{clearTimeout(held);held=setTimeout(keep,300)});
field('name').addEventListener('input',checkName);field('template').addEventListener('input',checkTemplate);
const chosen=()=>{for(const ci of all('#ci',form))ci.hidden=!account().ci;for(const way of all('[data-install]',form))way.hidden=way.dataset.install!==account().host;
showVisibilities();fillOwners();checkTemplate();checkName()};
form.addEventListener('change',(event)=>{if(event.target.name==='connection')chosen()});chosen()}`;

/** The page as the server shows it now, put in the place of what is shown; what is new is said aloud. */
const watching = `async function watch(){const begun=Date.now();
while(pick('[data-live]')){await wait(Date.now()-begun<60000?1500:5000);
const answer=await fetch(location.href,{redirect:'manual'}).catch(()=>undefined);
if(answer?.type==='opaqueredirect'){location.reload();return}
if(!answer?.ok)continue;const text=await answer.text(),inside=/<main[^>]*>([^]*)<\\/main>/.exec(text)?.[1];
if(inside===undefined)continue;const main=pick('main'),fresh=make('div',''),title=make('p','');fresh.innerHTML=inside;
if(fresh.innerHTML===main.innerHTML)continue;
const focus=document.activeElement?.id;main.replaceChildren(...fresh.childNodes);
const said=pick('[data-say]')?.dataset.say??'';if(pick('#say').textContent!==said)pick('#say').textContent=said;
title.innerHTML=/<title>([^<]*)/.exec(text)?.[1]??'';document.title=title.textContent;
if(focus)document.getElementById(focus)?.focus();reveal()}
tell()}`;

/** Copying needs a script; a pop-up tells the page that opened it, and only the one that was configured. */
const helping = `function reveal(){for(const button of all('[data-copy]')){button.hidden=false;
button.onclick=async()=>{await navigator.clipboard.writeText(button.dataset.copy);button.textContent=button.dataset.copied}}}
function tell(){const result=pick('[data-tell]');if(result&&window.opener)window.opener.postMessage({source:'forgebridge',
operation:result.dataset.operation,repository:result.dataset.repository},result.dataset.tell)}
reveal();tell();watch();`;

/** The one script of all pages. It makes them livelier; without it they work all the same. */
export const script = `(()=>{${[tools, sending, asking, owners, names, templates, starting, watching, helping].join('\n')}})()`;
