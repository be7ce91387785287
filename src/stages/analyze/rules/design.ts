import type { Finding } from '../../../artifacts/analysis.ts';
import { formatCount } from '../../../util/count.ts';
import { type ClipRow, groupRows } from '../clip-row.ts';
import type { Evidence } from '../rules.ts';
import { distinct } from '../tables.ts';
import { list, percent } from './words.ts';

/** The largest class has this many times the clips of the smallest. */
const imbalance = 1.5;
/** Clips of one sex over those of the other. */
const sexImbalance = 2;
/** Part of a class that comes from one speaker, among at least three. */
const oneVoice = 0.5;
/** Part of the clips whose sentence is said in one emotion only. */
const tellingTexts = 0.5;

/** What the design of the corpus does to a result: who says what how often. */
export function designFindings({ rows, info }: Evidence): readonly Finding[] {
  const speakers = groupRows(rows, ({ speaker }) => speaker);
  return [
    ...missingClasses(speakers, info.labels),
    ...classSizes(rows, info.labels),
    ...oneVoicedClasses(rows, info.labels, speakers.size),
    ...texts(rows),
    ...sexes(rows),
  ];
}

function missingClasses(
  speakers: ReadonlyMap<string, readonly ClipRow[]>,
  labels: readonly string[],
): readonly Finding[] {
  const gaps = [...speakers].flatMap(([speaker, own]) => {
    const present = new Set(own.map(({ emotion }) => emotion));
    const missing = labels.filter((label) => !present.has(label));
    return missing.length === 0 ? [] : [`speaker ${speaker} no ${list(missing)}`];
  });
  if (gaps.length === 0) return [];
  return [
    {
      ...{ rule: 'missing-class', level: 'warning', clips: [] },
      text: `Not every speaker has every emotion: ${list(gaps)}.`,
      advice:
        'The UAR of such a speaker is a mean over fewer classes and not comparable with that of others; the pooled UAR is.',
    },
  ];
}

function classSizes(rows: readonly ClipRow[], labels: readonly string[]): readonly Finding[] {
  const sizes = labels
    .map((label) => ({ label, size: rows.filter(({ emotion }) => emotion === label).length }))
    .sort((a, b) => b.size - a.size);
  const [most, least] = [sizes[0], sizes.at(-1)];
  if (most === undefined || least === undefined || most.size < imbalance * least.size) return [];
  return [
    {
      ...{ rule: 'imbalance', level: 'warning', clips: [] },
      text: `Classes differ in size: ${most.label} has ${formatCount(most.size, 'clip')}, ${least.label} ${least.size}. Always saying ${most.label} is right in ${percent(most.size / rows.length)} of all clips.`,
      advice: 'Report UAR, not accuracy, and keep class_weights: balanced in training.',
    },
  ];
}

function oneVoicedClasses(
  rows: readonly ClipRow[],
  labels: readonly string[],
  speakers: number,
): readonly Finding[] {
  if (speakers < 3) return [];
  return labels.flatMap((label): Finding[] => {
    const own = rows.filter(({ emotion }) => emotion === label);
    const bySpeaker = [...groupRows(own, ({ speaker }) => speaker)];
    const [speaker, theirs] = bySpeaker.reduce((a, b) => (b[1].length > a[1].length ? b : a), [
      '',
      [] as readonly ClipRow[],
    ] as const);
    if (own.length === 0 || theirs.length <= oneVoice * own.length) return [];
    return [
      {
        ...{ rule: 'one-voiced-class', level: 'warning', clips: [] },
        text: `${percent(theirs.length / own.length)} of ${label} is spoken by speaker ${speaker}.`,
        advice:
          'A network may learn this voice for that emotion: balance with select, or add speakers.',
      },
    ];
  });
}

function texts(rows: readonly ClipRow[]): readonly Finding[] {
  const known = rows.filter(({ text }) => text !== '');
  const groups = groupRows(known, ({ text }) => text);
  const repeated = [...groups.values()].filter((own) => own.length > 1);
  const telling = repeated.filter((own) => distinct(own, 'emotion').length === 1).flat().length;
  const shared = repeated.filter((own) => distinct(own, 'speaker').length > 1);
  const findings: Finding[] = [];
  if (distinct(rows, 'emotion').length > 1 && telling > tellingTexts * rows.length) {
    findings.push({
      ...{ rule: 'telling-texts', level: 'warning', clips: [] },
      text: `The sentence gives the emotion away in ${percent(telling / rows.length)} of the clips: it is said in one emotion only.`,
      advice: 'Words may be what is recognised: split with leave-one-text-out and compare.',
    });
  }
  if (shared.length > 0) {
    const clips = shared.flat().length;
    findings.push({
      ...{ rule: 'shared-texts', level: 'note', clips: [] },
      text: `${formatCount(shared.length, 'sentence')} of ${groups.size} are said by several speakers (${percent(clips / rows.length)} of the clips).`,
      advice:
        'A split by speaker still tests on sentences of the training: say “text shared” with the number, or split with leave-one-text-out.',
    });
  }
  return findings;
}

function sexes(rows: readonly ClipRow[]): readonly Finding[] {
  const speakers = [...groupRows(rows, ({ speaker }) => speaker).values()].map(
    (own) => own[0]?.sex,
  );
  const women = speakers.filter((sex) => sex === 'female').length;
  const men = speakers.filter((sex) => sex === 'male').length;
  const [fewer, more] = [Math.min(women, men), Math.max(women, men)];
  if (more === 0 || women + men < speakers.length || more <= sexImbalance * fewer) return [];
  return [
    {
      ...{ rule: 'sex-imbalance', level: 'warning', clips: [] },
      text: `${formatCount(women, 'speaker')} female, ${men} male.`,
      advice: 'Read the table per sex: results hold for the sex that is in the majority.',
    },
  ];
}
