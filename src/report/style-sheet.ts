import { Html } from './html.ts';

/**
 * One sheet for every page. It follows the reader's light or dark setting on screens and is light on paper.
 * Blue against orange is told apart by every kind of colour vision; nothing is said by colour alone.
 */
export const styleSheet = new Html(`
:root { --ink: #1b1f24; --soft: #59606a; --line: #d8dade; --paper: #ffffff; --panel: #f5f6f7;
  --accent: #0a6285; --second: #b34700; --heat: #6fb1cf; --bar: #8fc1d8; --bad: #a8201a; --warn: #7a4f00; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3a9b2; --line: #3a3f46;
  --paper: #15181c; --panel: #1e2227; --accent: #6cc4e4; --second: #f2a25c; --heat: #1f6a8a; --bar: #2c6c88;
  --bad: #ff9088; --warn: #e8b860; } }
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 66rem; padding: 2.25rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 "Inter", system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; margin: 0 0 .75rem; padding-top: 1.1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
h3 { font-size: 1rem; font-weight: 650; margin: 1.9rem 0 .5rem; overflow-wrap: anywhere; }
section { margin: 2.75rem 0 0; }
p, ul, dl { margin: .5rem 0; } p, li, dd { max-width: 46rem; overflow-wrap: break-word; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.soft { color: var(--soft); } .small { font-size: .875rem; } .bad { color: var(--bad); }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; margin: 1.25rem 0 0; padding: 0; font-size: .9rem; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
.number { font-size: 2.5rem; font-weight: 650; letter-spacing: -.015em; line-height: 1.15; margin: .5rem 0 .25rem; font-variant-numeric: tabular-nums; }
.number .soft { font-size: 1.25rem; font-weight: 400; letter-spacing: 0; }
.sentence { font-size: 1.05rem; }
.stamp { display: inline-block; border: 1px solid currentColor; color: var(--warn); border-radius: .25rem; padding: 0 .45rem; margin: .15rem .4rem .15rem 0; font-size: .85rem; white-space: nowrap; }
.mark { color: var(--second); font-weight: 400; font-size: .85em; }
.notice { border-left: 3px solid var(--warn); background: var(--panel); padding: .5rem 1rem; margin: 1rem 0; }
.facts { margin: 1rem 0; max-width: 54rem; } .facts div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .28rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--soft); } .facts dd { margin: 0; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin: 1rem 0; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums lining-nums; font-size: .9rem; line-height: 1.4; border-bottom: 1px solid var(--soft); }
caption { text-align: left; font-weight: 650; font-size: .95rem; padding: 0 0 .35rem; white-space: nowrap; }
thead th, thead td { border-top: 1px solid var(--soft); border-bottom: 1px solid var(--line); vertical-align: bottom; }
th, td { padding: .26rem .75rem; text-align: right; white-space: nowrap; font-weight: 400; }
thead th { color: var(--soft); } tbody th { color: var(--ink); }
tr > :first-child { text-align: left; padding-left: 0; } tr > :last-child { padding-right: .25rem; }
.list th, .list td { text-align: left; vertical-align: top; } .list td:last-child { white-space: normal; min-width: 12rem; overflow-wrap: anywhere; }
#runs td:last-child { min-width: 20rem; }
.bar { display: block; min-width: 4.5rem; padding-bottom: .1rem; background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 100% / var(--v) 3px; }
.heat { border: 0; } .heat thead :is(th, td) { border: 0; } .heat thead th { text-align: center; }
.heat tbody td { border: 2px solid var(--paper); padding: .3rem .5rem; min-width: 4.25rem; text-align: center;
  background: color-mix(in srgb, var(--heat) calc(var(--s) * 100%), var(--panel)); }
.heat .hit { font-weight: 650; } .heat .share { display: block; font-size: .875em; font-weight: 400; } .heat .corner { color: var(--soft); font-size: .8rem; }
.side { display: flex; flex-wrap: wrap; gap: 0 3.5rem; align-items: flex-start; } .side > * { max-width: 100%; } .side > .beside { flex: 1 1 16rem; max-width: 34rem; }
pre { background: var(--panel); padding: .9rem 1.1rem; overflow-x: auto; border-radius: .3rem; font: .82rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
details { margin: .9rem 0; } summary { cursor: pointer; font-weight: 650; padding: .3rem 0; } summary .soft { font-weight: 400; font-variant-numeric: tabular-nums; }
.picture svg { display: block; height: auto; max-width: 100%; } 
.controls { list-style: none; padding: 0; max-width: 54rem; font-size: .9rem; font-variant-numeric: tabular-nums; }
.controls li { display: grid; grid-template-columns: 8.5rem 1fr 9rem; gap: 0 1.25rem; align-items: center; max-width: none; } .controls svg { width: 100%; overflow: visible; }
.picture text { fill: var(--ink); font: 12.5px "Inter", system-ui, Arial, sans-serif; font-variant-numeric: tabular-nums; } .picture .soft { fill: var(--soft); }
.picture .strong { font-weight: 650; }
.axis { stroke: var(--line); fill: none; } .range, .line { stroke: var(--accent); fill: none; } .dot { fill: var(--accent); } .control { fill: var(--soft); }
.line.second { stroke: var(--second); stroke-dasharray: 5 3; } .ring { stroke: var(--second); fill: var(--paper); stroke-width: 1.5; }
.curve { fill: none; stroke: var(--accent); stroke-opacity: .55; } .ideal { stroke: var(--soft); stroke-dasharray: 2 4; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.25rem 1.5rem; margin: .75rem 0; max-width: 62rem; } .panels svg { width: 100%; max-width: 22rem; } .shares li { grid-template-columns: 11rem 1fr 9.5rem; } .shares span { overflow-wrap: anywhere; }
.picture.wide svg { max-width: none; } .axis.strong { stroke: var(--soft); } .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.dots { fill: none; stroke: var(--accent); stroke-width: 5; stroke-linecap: round; stroke-opacity: .6; } .first { fill: none; stroke: var(--soft); stroke-width: 1.5; } .chosen { fill: var(--second); stroke: var(--paper); stroke-width: 1.2; }
.pruned, .failed { fill: none; stroke: var(--soft); stroke-width: 1.5; } .failed { stroke: var(--bad); } .trial { fill: none; stroke-width: 1; stroke-opacity: .75; } .winner { fill: none; stroke: var(--second); stroke-width: 2.25; }
.point { fill: none; stroke-width: 8; stroke-linecap: round; } .share { fill: var(--bar); } .whisker { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.f0 { --f: 14%; } .f1 { --f: 32%; } .f2 { --f: 52%; } .f3 { --f: 75%; } .f4 { --f: 100%; } .f0, .f1, .f2, .f3, .f4 { stroke: color-mix(in srgb, var(--accent) var(--f), var(--line)); }
.fifths i { display: inline-block; width: 1.4rem; height: .55rem; background: color-mix(in srgb, var(--accent) var(--f), var(--line)); }
.node { fill: var(--panel); stroke: var(--soft); } .node.cached { stroke-dasharray: 4 3; } .node.failed { stroke: var(--bad); stroke-width: 2; } .node.open { fill: none; stroke: var(--line); }
.edge { fill: none; stroke: var(--soft); stroke-width: 1.2; } .head { fill: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem 2rem; }
figure { margin: 0; min-width: 0; } .charts figure { overflow-x: auto; } figcaption { font-size: .9rem; }
.charts figcaption { font-weight: 650; margin-bottom: .25rem; } .charts svg, .charts img { max-width: 100%; height: auto; border-radius: .2rem; }
.clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1.5rem 1.5rem; padding: 0; margin: 1rem 0; list-style: none; }
.clips img { display: block; width: 100%; height: 5.5rem; border: 1px solid var(--line); background: #fff; }
.clips audio { display: block; width: 100%; height: 2.25rem; margin-top: .35rem; } .clips figcaption { margin-top: .35rem; line-height: 1.4; }
@media screen and (prefers-color-scheme: dark) { .clips img { filter: invert(.92); } }
.findings { padding: 0; list-style: none; } .findings li { margin: .7rem 0; padding-left: .9rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; } .findings .warning { border-color: var(--warn); }
audio { height: 2.25rem; vertical-align: middle; }
button, select, input { font: inherit; color: inherit; }
button { background: var(--panel); border: 1px solid var(--soft); border-radius: .3rem; padding: .2rem .7rem; cursor: pointer; }
th button { background: none; border: 0; padding: 0; color: inherit; font-weight: inherit; } th button::after { content: " ↕"; color: var(--soft); } th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
[hidden] { display: none !important; }
@media (max-width: 34rem) { body { padding: 1.25rem 1rem 3rem; } .number { font-size: 2rem; } .facts div { grid-template-columns: 1fr; } .controls li { grid-template-columns: 1fr auto; } .controls svg { grid-row: 2; grid-column: 1 / 3; } .controls li:last-child svg { grid-row: 1; } h1 { font-size: 1.4rem; }  }
@media (min-width: 84rem) { body { max-width: 84rem; } #sides .side { gap: 0 1.5rem; } body:has(> nav) { max-width: 82rem; display: grid; grid-template-columns: 13rem minmax(0, 1fr); column-gap: 3rem; align-content: start; }
  nav ~ main, header:has(+ nav) { grid-column: 2; } nav { grid-column: 1; grid-row: 1 / span 3; } nav ul { position: sticky; top: 2.25rem; display: block; margin: 0; } nav li { margin: .45rem 0; } }
@media print { @page { margin: 16mm 15mm; } body, body:has(> nav) { max-width: none; padding: 0; font-size: 10pt; display: block; } nav, audio, button { display: none !important; }
  h1 { font-size: 15pt; } h2 { font-size: 12.5pt; } .number { font-size: 22pt; } section { margin-top: 1.6rem; }
  h2, h3, caption, summary { break-after: avoid; } tr, figure, .picture, .heat, .side table, .facts div, .findings li { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7.5pt; } .scroll { overflow: visible; } table { font-size: 8.5pt; } th, td { padding: .15rem .5rem; }
  .panels { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .8rem 1rem; } .panels svg { width: 100%; min-width: 0; height: auto; } .picture.wide svg { max-width: 100%; height: auto; } .fifths i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .heat tbody td, .bar, .node { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .picture.scroll svg { min-width: 0 !important; }
  details::details-content { content-visibility: visible; block-size: auto; } .clips { grid-template-columns: repeat(3, 1fr); gap: .8rem; } .clips img { height: 3.6rem; }
  a { color: inherit; text-decoration: none; } }
`);
