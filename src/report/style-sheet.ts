import { Html } from './html.ts';

/** One sheet for every page; follows the reader's light or dark setting. */
export const styleSheet = new Html(`
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9d9e0; --paper: #fdfdfc;
  --panel: #f4f4f2; --accent: #0b6e8a; --heat: 11, 110, 138; --bad: #b3261e; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecedee; --soft: #a0a4ab; --line: #3a3d42;
  --paper: #16181a; --panel: #202326; --accent: #5cc3e0; --heat: 92, 195, 224; --bad: #ff8a80; --warn: #e8b04a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .4rem 0; } a { color: var(--accent); }
.soft { color: var(--soft); } .small { font-size: .875rem; }
.number { font-size: 2.6rem; font-weight: 650; line-height: 1.15; margin: 1.25rem 0 0; }
.number .soft { font-size: 1.3rem; font-weight: 400; }
.sentence { font-size: 1.05rem; }
.stamp { display: inline-block; border: 1px solid var(--warn); color: var(--warn); border-radius: .3rem;
  padding: 0 .45rem; margin: .25rem .4rem .25rem 0; font-size: .875rem; }
.bad { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { font-weight: 600; color: var(--soft); } th:first-child, td:first-child { text-align: left; padding-left: 0; }
.heat td { border: 1px solid var(--paper); min-width: 3.6rem; text-align: center; }
.heat td:first-child { border: 0; min-width: 0; text-align: right; padding-right: .7rem; color: var(--soft); }
.heat th { border: 0; text-align: center; }
.side { display: flex; flex-wrap: wrap; gap: 0 3rem; }
pre { background: var(--panel); padding: 1rem; overflow-x: auto; border-radius: .4rem; font-size: .85rem; line-height: 1.45; }
.list th, .list td { text-align: left; vertical-align: top; } .list td:last-child { white-space: normal; min-width: 14rem; }
svg:not(.marks) { max-width: 100%; min-width: 34rem; height: auto; }
svg:not(.marks) text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg:not(.marks) .soft { fill: var(--soft); }
svg .axis { stroke: var(--line); } svg .range { stroke: var(--accent); } svg .dot { fill: var(--accent); }
svg .control { fill: var(--soft); } svg .curve { fill: none; stroke: var(--accent); stroke-opacity: .5; }
.curves svg:not(.marks) { min-width: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem 1.5rem; }
.charts figure { margin: 0; min-width: 0; overflow-x: auto; } .charts figcaption { font-size: .9rem; font-weight: 600; }
.charts img { max-width: 100%; height: auto; border-radius: .3rem; } .charts svg { max-width: 100%; height: auto; }
.findings { padding: 0; list-style: none; } .findings li { margin: .6rem 0; padding-left: .8rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; }
.findings .warning { border-color: var(--warn); }
audio { height: 2rem; vertical-align: middle; }
@media print { body { max-width: none; } pre { white-space: pre-wrap; } }
`);
