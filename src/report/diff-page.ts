import type { Change, Flip, RunDiff, SetDiff } from '../diff/types.ts';
import type { Json } from '../util/json.ts';
import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { metricName } from './sentence.ts';
import { frame } from './tables.ts';

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
  const body = html`<h1>${names[0]} ${diff.a} and ${names[1]} ${diff.b}</h1>
<p class="soft small">A is ${diff.a}, B is ${diff.b}; a difference is B less A.</p>
${diff.sets.map((set) => setPart(set, play))}
${settings.map(([title, list]) => changesPart(title, list))}`;
  return page(`${diff.a} and ${diff.b}`, body);
}

function changesPart(title: string, list: readonly Change[]): Html {
  if (list.length === 0) return html`<h2>${title}</h2><p>The same.</p>`;
  const rows = list.map(({ path, a, b }) => [path, word(a), word(b)]);
  return html`<h2>${title}</h2>${frame('', ['', 'A', 'B'], rows, 'list')}`;
}

function word(value: Json | undefined): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function setPart(diff: SetDiff, play: PlayClip): Html {
  const { a, b, comparison } = diff;
  const classes = Object.entries(diff.perClass).map(([label, recall]) => [
    label,
    formatPercent(recall.a),
    formatPercent(recall.b),
    recall.a === null || recall.b === null ? '–' : signed(recall.b - recall.a),
  ]);
  return html`<h2>${a.name === b.name ? a.name : `${a.name} and ${b.name}`}</h2>
${comparison === null ? html`<p>No difference is computed: the two were not scored on the same clips by the same protocol.</p>` : difference(comparison)}
<p><b>A</b> ${a.protocol.sentence}<br><b>B</b> ${b.protocol.sentence}</p>
<p class="soft small">${diff.sameFolds ? 'The same folds.' : 'Other folds.'}</p>
${frame('Recall', ['', 'A', 'B', 'difference'], classes)}
${flipsPart(`Right only in B: ${diff.gained.length}`, diff.gained, play)}
${flipsPart(`Right only in A: ${diff.lost.length}`, diff.lost, play)}`;
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
  return html`<p class="number">${signed(value)} <span class="soft">${metricName(metric)}</span></p>
<p class="sentence">[${signed(low)}, ${signed(high)}] these speakers${
    new_speakers === null
      ? ''
      : `; new speakers ${signed(new_speakers.mean)} [${signed(new_speakers.low)}, ${signed(new_speakers.high)}]`
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

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${formatPercent(Math.abs(value))}`;
}
