import type { Change, Flip, RunDiff, SetDiff, StageTasks } from '../diff/types.ts';
import { choicesApart, whyApart } from '../diff/why-apart.ts';
import { formatPercent } from '../report/format.ts';
import { metricName } from '../report/sentence.ts';
import type { Json } from '../util/json.ts';
import { createStyle, type Style } from './style.ts';
import { formatTable } from './table.ts';
import { wordValue } from './words.ts';

/** Clips shown of each direction; the page and --json have all. */
const shownFlips = 8;

/** What two runs do not share, for the screen. Pure. */
export function formatDiff(
  diff: RunDiff,
  names: readonly [string, string],
  colour: boolean,
): string {
  const style = createStyle(colour);
  const blocks = [`A ${style.bold(diff.a)} ${names[0]}\nB ${style.bold(diff.b)} ${names[1]}\n`];
  const section = (title: string, list: readonly Change[]): void => {
    const head = style.bold(title);
    const rows = list.map(({ path, a, b }) => [path, word(a), '→', word(b)]);
    blocks.push(list.length === 0 ? `${head}  the same\n` : `${head}\n${formatTable(rows, '  ')}`);
  };
  section('spec', diff.spec);
  section('code', diff.code);
  section('environment', diff.environment);
  blocks.push(`${style.bold('tasks')}\n${formatTable(diff.tasks.map(taskRow), '  ')}`);
  blocks.push(...diff.sets.map((set) => formatSet(set, style)));
  if (diff.unpaired.length > 0) {
    blocks.push(`no set of this name in the other run: ${diff.unpaired.join(', ')}\n`);
  }
  return blocks.join('\n');
}

function word(value: Json | undefined): string {
  return value === undefined ? '(none)' : wordValue(value, 40);
}

function taskRow({ stage, same, different, onlyA, onlyB }: StageTasks): readonly string[] {
  const parts = [
    [same, 'the same'],
    [different, 'made of something else'],
    [onlyA, 'only in A'],
    [onlyB, 'only in B'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [stage, said.join(', ')];
}

function formatSet(diff: SetDiff, style: Style): string {
  const { a, b, comparison } = diff;
  const chosen = choicesApart(diff);
  const title = a.name === b.name ? a.name : `${a.name} and ${b.name}`;
  const lines = [
    style.bold(title),
    `  A ${diff.stated.a}`,
    `  B ${diff.stated.b}`,
    diff.sameFolds ? '  the same folds' : style.yellow('  other folds'),
    ...(chosen === null ? [] : [`  params of A ${chosen.a}; of B ${chosen.b}`]),
  ];
  if (comparison === null) {
    lines.push(style.yellow(`  no difference is computed: ${whyApart(diff)}`));
  } else {
    const { difference, low, high, new_speakers, p, unit, refused, metric } = comparison;
    lines.push(
      `  ${metricName(metric)} ${signed(difference)} [${signed(low)}, ${signed(high)}] these speakers`,
    );
    if (new_speakers !== null) {
      const { mean, low: least, high: most } = new_speakers;
      lines.push(`  ${signed(mean)} [${signed(least)}, ${signed(most)}] new speakers`);
    }
    lines.push(
      refused === null
        ? `  permutation by ${unit}: p = ${p?.toPrecision(3)}`
        : `  not tested: ${refused}`,
    );
  }
  const classes = Object.entries(diff.perClass).map(([label, { a: x, b: y }]) => [
    label,
    share(x),
    '→',
    share(y),
    x === null || y === null ? '' : signed(y - x),
  ]);
  const head = (flips: readonly Flip[], what: string): string =>
    `\n  ${flips.length} clips right only in ${what}\n${formatTable(
      flips.slice(0, shownFlips).map((flip) => flipRow(flip)),
      '    ',
    )}`;
  const recall = classes.length === 0 ? '' : `\n  recall\n${formatTable(classes, '    ')}`;
  return `${lines.join('\n')}\n${recall}${head(diff.gained, 'B')}${head(diff.lost, 'A')}`;
}

function flipRow({ id, speaker, truth, a, b, trueA, trueB }: Flip): readonly string[] {
  return [
    id,
    `speaker ${speaker}`,
    truth,
    `A ${a}`,
    `B ${b}`,
    `p ${share(trueA)} → ${share(trueB)}`,
  ];
}

function share(value: number | null): string {
  return value === null ? '–' : formatPercent(value);
}

function signed(value: number): string {
  const text = formatPercent(Math.abs(value));
  return `${value < 0 ? '−' : '+'}${text}`;
}
