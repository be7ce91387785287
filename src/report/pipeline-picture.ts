import { graphlib, layout } from '@dagrejs/dagre';
import { formatCount, formatSeconds } from './format.ts';
import { type Html, html } from './html.ts';
import type { Pipeline, PipelineNode } from './pipeline.ts';

const nodeHeight = 62;
/** Pixels of a letter, on the generous side: text must not leave its box. */
const letter = 6.9;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
}

/** The pipeline as it was computed: what feeds what, from left to right, with times and cache hits. */
export function pipelinePicture({ nodes, edges }: Pipeline): Html {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 22, ranksep: 34, edgesep: 14 });
  graph.setDefaultEdgeLabel(() => ({}));
  const lines = new Map(nodes.map((node) => [node.name, linesOf(node)]));
  for (const [name, texts] of lines) {
    const width = Math.max(...texts.map((text) => text.length)) * letter + 24;
    graph.setNode(name, { width, height: nodeHeight });
  }
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const drawn = edges.map(({ from, to }) => graph.edge(from, to) as { points: readonly Point[] });
  const { x, y, width, height } = frameOf(
    nodes.map(({ name }) => graph.node(name) as Box),
    drawn.flatMap(({ points }) => points),
  );
  const boxes = nodes.map((node) => {
    const { x, y, width } = graph.node(node.name) as Box;
    const [name = '', kind = '', work = ''] = lines.get(node.name) ?? [];
    const left = x - width / 2;
    return html`<g><rect class="node ${node.state}" x="${round(left)}" y="${round(y - nodeHeight / 2)}" width="${round(width)}" height="${nodeHeight}" rx="4"/>
<text class="strong" x="${round(left + 12)}" y="${round(y - 12)}">${name}</text>
<text class="soft" x="${round(left + 12)}" y="${round(y + 5)}">${kind}</text>
<text x="${round(left + 12)}" y="${round(y + 22)}">${work}</text></g>`;
  });
  const paths = drawn.map(
    ({ points }) => html`<path class="edge" d="${curve(points)}" marker-end="url(#arrow)"/>`,
  );
  const words = edges.map(({ from, to }) => `${from} feeds ${to}`).join('; ');
  return html`<div class="scroll picture" tabindex="0" role="group" aria-label="Pipeline"><svg viewBox="${round(x)} ${round(y)} ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" style="min-width:min(${round(width)}px, 46rem)" role="img" aria-label="Stages of the run: ${words}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0.5 8 4 0 7.5z"/></marker></defs>
${paths}${boxes}</svg></div>`;
}

/** All that is drawn, with room for the width of a line; edges may pass outside of all boxes. */
function frameOf(boxes: readonly Box[], points: readonly Point[]) {
  const margin = 4;
  const xs = [
    ...boxes.flatMap(({ x, width }) => [x - width / 2, x + width / 2]),
    ...points.map(({ x }) => x),
  ];
  const ys = [
    ...boxes.flatMap(({ y }) => [y - nodeHeight / 2, y + nodeHeight / 2]),
    ...points.map(({ y }) => y),
  ];
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return {
    ...{ x: left, y: top },
    ...{ width: Math.max(...xs) - left + margin, height: Math.max(...ys) - top + margin },
  };
}

/** Name, kind, and what was done. */
function linesOf(node: PipelineNode): readonly string[] {
  const { name, kind, variants, tasks, cached, seconds, state } = node;
  const work =
    state === 'open'
      ? 'not run'
      : state === 'cached'
        ? `${formatCount(tasks, 'task')}, cached`
        : `${formatCount(tasks, 'task')}${cached > 0 ? `, ${cached} cached` : ''}, ${formatSeconds(seconds)}`;
  return [
    name,
    variants > 1 ? `${kind} × ${variants}` : kind,
    state === 'failed' ? 'failed' : work,
  ];
}

/** A smooth line through the points of an edge. */
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
