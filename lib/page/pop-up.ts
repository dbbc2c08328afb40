/**
 * `forgebridge.js`, for pages of the product: opens the page in a window of its own and resolves with what
 * came of it. It believes the deployment that it was loaded from, and nobody else; that one tells
 * the origin of `returnTo` alone, which the operator has to have listed.
 */
export const popUpScript = `(()=>{
const base=new URL(document.currentScript.src).origin;
function create({template='',name='',returnTo=location.href}={}){
  const query=new URLSearchParams({template,name,returnTo});
  const address=base+'/new?'+query;
  const popUp=open(address,'forgebridge','popup,width=560,height=760');
  if(!popUp){location.assign(address);return new Promise(()=>{})}
  return new Promise((resolve,reject)=>{
    const end=(act,value)=>{clearInterval(closed);removeEventListener('message',hear);act(value)};
    const hear=({origin,source,data})=>{
      if(origin!==base||source!==popUp||data?.source!=='forgebridge')return;
      end(resolve,{operation:data.operation,repository:data.repository});popUp.close()};
    const closed=setInterval(()=>{if(popUp.closed)end(reject,new Error('The window was closed.'))},500);
    addEventListener('message',hear)})}
document.addEventListener('click',(event)=>{
  const link=event.target.closest?.('a[data-forgebridge]');
  if(!link||event.ctrlKey||event.metaKey||event.button)return;
  event.preventDefault();
  const {searchParams}=new URL(link.href);
  create({template:searchParams.get('template')??'',name:searchParams.get('name')??'',
    returnTo:searchParams.get('returnTo')??location.href})
    .then((detail)=>link.dispatchEvent(new CustomEvent('forgebridge',{bubbles:true,detail})),()=>{})});
window.forgebridge={create};
})();
`;
