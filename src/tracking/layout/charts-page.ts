import type { MetricSet, Metrics } from '../../artifacts/metrics.ts';
import { numberWithProtocol } from '../../artifacts/stated-number.ts';
import { Html, html } from '../../report/html.ts';
import type { Line } from './draw-svg.ts';
import { colour } from './draw-svg.ts';

/**
 * A page for the sandbox in which the server shows HTML: nothing is fetched and nothing kept. The confusion
 * matrix can be read for one fold or speaker alone; curves name themselves under the pointer.
 */
export function chartsPage({
  title,
  labels,
  scored,
  panels,
}: {
  readonly title: string;
  readonly labels: readonly string[];
  readonly scored: { readonly set: MetricSet; readonly metrics: Metrics } | undefined;
  readonly panels: readonly { readonly title: string; readonly lines: readonly Line[] }[];
}): string {
  const set = scored?.set;
  const sentence = scored && numberWithProtocol(scored.set, scored.metrics).sentence;
  const of = (prefix: string, groups: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(groups).map(([name, counts]) => ({ name: `${prefix} ${name}`, counts }));
  const matrices =
    set === undefined
      ? []
      : [
          { name: 'all clips', counts: set.confusion.counts },
          ...of('fold', set.confusion.per_fold),
          ...of('speaker', set.confusion.per_speaker),
        ];
  const data = {
    labels,
    matrices,
    panels: panels.map(({ title: name, lines }) => ({
      title: name,
      lines: lines.map((line, n) => ({ ...line, colour: colour(n) })),
    })),
  };
  const json = new Html(JSON.stringify(data).replaceAll('<', '\\u003c'));
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>${new Html(style)}</style>
<h1>${title}</h1><p class="soft">${sentence}</p>
<p><label>Confusion of <select id="group"></select></label> <label><input type="checkbox" id="share" checked> percent of the true class</label></p>
<div id="matrix"></div><div id="curves"></div><p id="under" class="soft">Point at a curve.</p>
<script type="application/json" id="data">${json}</script><script>${new Html(script)}</script></html>
`.text;
}

const style = `body{font:14px/1.5 system-ui,sans-serif;margin:20px;color:#1c2733}h1{font-size:18px}
.soft{color:#5b6773}table{border-collapse:collapse}td,th{padding:7px 12px;text-align:center;font-weight:400}
th:first-child{text-align:right}td{min-width:56px}#curves{display:flex;flex-wrap:wrap;gap:24px;margin-top:20px}
polyline{fill:none;stroke-width:1.5;opacity:.7}polyline:hover{stroke-width:4;opacity:1}`;

/** Runs in the browser, so it is kept as small as it can be. */
const script = `const data=JSON.parse(document.getElementById('data').textContent),at=(id)=>document.getElementById(id);
const cell=(tag,text,row)=>row.appendChild(Object.assign(document.createElement(tag),{textContent:text}));
function draw(){const table=document.createElement('table'),{counts}=data.matrices[at('group').value]||{counts:[]};
const head=table.insertRow();cell('th','true \\\\ predicted',head);data.labels.forEach((l)=>cell('th',l,head));
counts.forEach((line,i)=>{const row=table.insertRow(),sum=line.reduce((a,b)=>a+b,0)||1;cell('th',data.labels[i],row);
line.forEach((n,j)=>{const s=n/sum,td=cell('td',at('share').checked?(100*s).toFixed(1):String(n),row);
td.style.background='rgba(11,84,130,'+s+')';if(s>.5)td.style.color='#fff';
td.title=n+' clips of '+data.labels[i]+' taken for '+data.labels[j]})});at('matrix').replaceChildren(table)}
data.matrices.forEach((m,i)=>at('group').add(new Option(m.name,i)));
at('group').onchange=at('share').onchange=draw;draw();
const svg=(tag,set,parent)=>{const e=parent.appendChild(document.createElementNS('http://www.w3.org/2000/svg',tag));
for(const k in set)e.setAttribute(k,set[k]);return e};
data.panels.forEach((p)=>{const s=svg('svg',{width:440,height:270},at('curves')),most=Math.max(...p.lines.flatMap((l)=>l.values),1e-9);
const y=(v)=>30+200*(1-v/most);svg('text',{x:40,y:18},s).textContent=p.title;
[0,most/2,most].forEach((v)=>{svg('line',{x1:40,x2:430,y1:y(v),y2:y(v),stroke:'#d8dee4'},s);
svg('text',{x:34,y:y(v)+4,'text-anchor':'end','font-size':11},s).textContent=v.toPrecision(2)});
p.lines.forEach((l)=>{const n=Math.max(1,l.values.length-1),points=l.values.map((v,i)=>(40+390*i/n)+','+y(v)).join(' ');
const e=svg('polyline',{points,stroke:l.colour},s);
e.onmousemove=(m)=>{const b=s.getBoundingClientRect(),i=Math.min(n,Math.max(0,Math.round((m.clientX-b.left-40)/390*n)));
at('under').textContent=p.title+', '+l.name+', epoch '+(i+1)+': '+l.values[i].toPrecision(4)}})});
if(!data.matrices.length)at('group').closest('p').hidden=true;if(!data.panels.length)at('under').hidden=true;`;
