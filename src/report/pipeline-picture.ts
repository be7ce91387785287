import { graphlib, layout } from '@dagrejs/dagre';
import { formatCount } from '../util/count.ts';
import { formatSeconds } from './format.ts';
import { type Html, html } from './html.ts';
import type { Pipeline, PipelineNode } from './pipeline.ts';

const nodeHeight = 80;
/** Pixels of a letter, on the generous side: text must not leave its box. */
const letter = 6.9;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The pipeline as it was computed: what feeds what, from left to right, with times and cache hits. */
export function pipelinePicture({ nodes, edges }: Pipeline): Html {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 20, ranksep: 44, edgesep: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const lines = nodes.map(linesOf);
  // One width for all: then nothing but edges is between two columns, and none runs behind a box.
  const boxWidth = Math.max(...lines.flat().map((text) => text.length)) * letter + 24;
  for (const { name } of nodes) graph.setNode(name, { width: boxWidth, height: nodeHeight });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const centres = nodes.map(({ name }) => graph.node(name) as Point);
  const columns = new Set(centres.map(({ x }) => Math.round(x)));
  const routes = edges.map(({ from, to }): readonly Point[] => {
    const [start, end] = [graph.node(from) as Point, graph.node(to) as Point];
    const { points } = graph.edge(from, to) as { readonly points: readonly Point[] };
    const between = points
      .slice(1, -1)
      .filter(({ x }) => columns.has(Math.round(x)))
      .flatMap(({ x, y }) => [
        { x: x - boxWidth / 2, y },
        { x: x + boxWidth / 2, y },
      ]);
    const [out, into] = [start.x + boxWidth / 2, end.x - boxWidth / 2];
    return [{ x: out, y: start.y }, ...between, { x: into, y: end.y }];
  });
  const all = [
    ...routes.flat(),
    ...centres.flatMap(({ x, y }) => [
      { x: x - boxWidth / 2, y: y - nodeHeight / 2 },
      { x: x + boxWidth / 2, y: y + nodeHeight / 2 },
    ]),
  ];
  const { left, top, width, height } = frameOf(all);
  const boxes = nodes.map(({ state }, i) => {
    const { x = 0, y = 0 } = centres[i] ?? {};
    const edge = x - boxWidth / 2;
    const texts = (lines[i] ?? []).map((text, row) => {
      const look = row === 0 ? 'strong' : row === 1 ? 'soft' : '';
      return html`<text class="${look}" x="${round(edge + 12)}" y="${round(y - 21 + 17 * row)}">${text}</text>`;
    });
    return html`<g><rect class="node ${state}" x="${round(edge)}" y="${round(y - nodeHeight / 2)}" width="${round(boxWidth)}" height="${nodeHeight}" rx="4"/>${texts}</g>
`;
  });
  const paths = routes.map(
    (points) => html`<path class="edge" d="${curve(points)}" marker-end="url(#arrow)"/>`,
  );
  const words = edges.map(({ from, to }) => `${from} feeds ${to}`).join('; ');
  return html`<div class="scroll picture" tabindex="0" role="group" aria-label="Pipeline"><svg viewBox="${round(left)} ${round(top)} ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" style="min-width:min(${round(width)}px, 46rem)" role="img" aria-label="Stages of the run: ${words}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0.5 8 4 0 7.5z"/></marker></defs>
${paths}${boxes}</svg></div>`;
}

/** All that is drawn, with room for the width of a line. */
function frameOf(points: readonly Point[]) {
  const margin = 4;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return {
    ...{ left, top },
    ...{ width: Math.max(...xs) - left + margin, height: Math.max(...ys) - top + margin },
  };
}

/** Name, kind, what was done, and how long it took. */
function linesOf(node: PipelineNode): readonly string[] {
  const { name, kind, variants, tasks, cached, seconds, state } = node;
  const head = [name, variants > 1 ? `${kind} × ${variants}` : kind];
  if (state === 'failed') return [...head, 'failed'];
  if (state === 'open') return [...head, 'not run'];
  if (state === 'cached') return [...head, `${formatCount(tasks, 'task')}, cached`];
  const hits = cached > 0 ? `, ${cached} cached` : '';
  return [...head, `${formatCount(tasks, 'task')}${hits}`, formatSeconds(seconds)];
}

/** A line through the points of an edge that is level wherever it meets one. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${round(first.x)} ${round(first.y)}`;
  let before = first;
  for (const point of rest) {
    const middle = (before.x + point.x) / 2;
    path += `C${round(middle)} ${round(before.y)} ${round(middle)} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    before = point;
  }
  return path;
}

function round(value: number): string {
  return value.toFixed(1);
}
