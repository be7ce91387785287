import type { Change, Flip, RunDiff, SetDiff } from '../diff/types.ts';
import { choicesApart, whyApart } from '../diff/why-apart.ts';
import type { Json } from '../util/json.ts';
import { type Part, page } from './document.ts';
import { formatPercent, formatSigned } from './format.ts';
import { type Html, html } from './html.ts';
import { metricName } from './sentence.ts';
import { facts, frame } from './tables.ts';

/** Gives a clip's sound as a `data:` URI, as long as there is room for it on the page. */
export type PlayClip = (id: string) => string | undefined;

/** Two runs side by side, with the clips that flipped. Pure. */
export function renderDiff(
  diff: RunDiff,
  names: readonly [string, string],
  play: PlayClip,
): string {
  const settings = [
    ['Spec', diff.spec],
    ['Code', diff.code],
    ['Environment', diff.environment],
  ] as const;
  const [a, b] = names;
  const title = a === b ? a : `${a} and ${b}`;
  return page({
    title: `${diff.a} and ${diff.b}`,
    head: html`<h1>${title}: ${diff.a} and ${diff.b}</h1>
<p class="soft small">A is ${a} ${diff.a}, B is ${b} ${diff.b}; a difference is B less A.</p>`,
    parts: [
      ...diff.sets.map((set) => setPart(set, play)),
      ...settings.map(([title, list]) => changesPart(title, list)),
    ],
  });
}

function changesPart(title: string, list: readonly Change[]): Part {
  if (list.length === 0) return { title, body: html`<p>The same.</p>` };
  const rows = list.map(({ path, a, b }) => [path, word(a), word(b)]);
  return { title, body: frame('', ['', 'A', 'B'], rows, 'list') };
}

function word(value: Json | undefined): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function setPart(diff: SetDiff, play: PlayClip): Part {
  const { a, b, comparison } = diff;
  const chosen = choicesApart(diff);
  const classes = Object.entries(diff.perClass).map(([label, recall]) => [
    label,
    formatPercent(recall.a),
    formatPercent(recall.b),
    recall.a === null || recall.b === null ? '–' : formatSigned(recall.b - recall.a),
  ]);
  const body = html`${comparison === null ? html`<p>No difference is computed: ${whyApart(diff)}.</p>` : difference(comparison)}
${facts([
  ['A', diff.stated.a],
  ['B', diff.stated.b],
  ['Folds', diff.sameFolds ? 'the same' : 'not the same'],
  ...(chosen === null ? [] : [['Params', `A ${chosen.a}; B ${chosen.b}`] as const]),
])}
${classes.length === 0 ? undefined : frame('Recall, %', ['', 'A', 'B', 'difference'], classes)}
${flipsPart(`Right only in B: ${diff.gained.length}`, diff.gained, play)}
${flipsPart(`Right only in A: ${diff.lost.length}`, diff.lost, play)}`;
  return { title: a.name === b.name ? a.name : `${a.name} and ${b.name}`, body };
}

function difference({
  metric,
  difference: value,
  low,
  high,
  new_speakers,
  p,
  unit,
  refused,
}: NonNullable<SetDiff['comparison']>): Html {
  const test =
    refused === null
      ? `Permutation by ${unit}: p = ${p?.toPrecision(3)}.`
      : `Not tested: ${refused}.`;
  return html`<p class="number">${formatSigned(value)} <span class="soft">${metricName(metric)}</span></p>
<p class="sentence">[${formatSigned(low)}, ${formatSigned(high)}] these speakers${
    new_speakers === null
      ? ''
      : `; new speakers ${formatSigned(new_speakers.mean)} [${formatSigned(new_speakers.low)}, ${formatSigned(new_speakers.high)}]`
  }</p>
<p>${test}</p>`;
}

function flipsPart(title: string, flips: readonly Flip[], play: PlayClip): Html {
  if (flips.length === 0) return html`<h3>${title}</h3>`;
  const rows = flips.map(({ id, speaker, truth, a, b, trueA, trueB }) => {
    const sound = play(id);
    return [
      id,
      speaker,
      truth,
      a,
      b,
      `${formatPercent(trueA)} → ${formatPercent(trueB)}`,
      sound === undefined
        ? ''
        : html`<audio controls preload="none" aria-label="clip ${id}" src="${sound}"></audio>`,
    ];
  });
  const heads = ['clip', 'speaker', 'true', 'A', 'B', 'p of the true class', ''];
  return frame(title, heads, rows, 'list');
}
