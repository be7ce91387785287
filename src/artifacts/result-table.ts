import { type Cell, formatCsv } from '../util/csv.ts';
import { familyWords } from './family-words.ts';
import type { Comparison, MetricSet, Metrics, Ranking } from './metrics.ts';

/** Sets scored by one protocol, best first, and what each has over the reference. */
interface Block {
  readonly title: string;
  readonly ranking: Ranking | undefined;
  readonly lines: readonly Line[];
}

interface Line {
  readonly rank: number | null;
  readonly set: MetricSet;
  /** With the first test that was asked for. */
  readonly comparison: Comparison | undefined;
}

/** All sets with the value they are judged by, fractions, for other programs. */
export function resultCsv(metrics: Metrics, metric: string): string {
  const header = [
    ...['protocol', 'rank', 'set', metric, 'low', 'high', 'sd_seeds', 'seeds'],
    ...['new_mean', 'new_low', 'new_high', 'accuracy', 'macro_f1'],
    ...['reference', 'difference', 'difference_low', 'difference_high', 'p_holm', 'stamps'],
  ];
  const rows = blocks(metrics).flatMap(({ title, ranking, lines }) =>
    lines.map(({ rank, set, comparison }): readonly Cell[] => {
      const own = set.values[metric];
      const { these_speakers: near, new_speakers: far } = own ?? {};
      const won = ranking?.best?.set === set.name ? [ranking.best.stamp] : [];
      return [
        ...[title, rank, set.name, own?.value ?? null, near?.low ?? null, near?.high ?? null],
        ...[
          own?.sd_seeds ?? null,
          set.n.seeds,
          far?.mean ?? null,
          far?.low ?? null,
          far?.high ?? null,
        ],
        ...[set.values['accuracy']?.value ?? null, set.values['macro_f1']?.value ?? null],
        ...[comparison?.b ?? null, comparison?.difference ?? null, comparison?.low ?? null],
        ...[comparison?.high ?? null, comparison?.p_holm ?? null],
        [...won, ...set.protocol.stamps].join('; '),
      ];
    }),
  );
  return formatCsv(header, rows);
}

/** The same for a README: percent, one table per protocol. */
export function resultMarkdown(metrics: Metrics, metric: string): string {
  return blocks(metrics)
    .map((block) => {
      const { header, rows, controls, notes } = print(block, metric, metrics.comparisons);
      const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
      const rule = `|${header.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|\n`;
      const body = [...rows, ...controls].map(line).join('');
      const foot = notes.map((note) => `\n${note}\n`).join('');
      return `**${block.title}**\n\n${line(header)}${rule}${body}${foot}`;
    })
    .join('\n');
}

/** The same for a paper: one `tabular` per protocol, with the rules of the package booktabs. */
export function resultLatex(metrics: Metrics, metric: string): string {
  return blocks(metrics)
    .map((block) => {
      const { header, rows, controls, notes } = print(block, metric, metrics.comparisons);
      const line = (cells: readonly string[]): string =>
        `  ${cells.map(escapeLatex).join(' & ')} \\\\\n`;
      const sane = controls.length === 0 ? '' : `  \\midrule\n${controls.map(line).join('')}`;
      const foot = [`${block.title}.`, ...notes].map(escapeLatex).join(' ');
      return `% needs \\usepackage{booktabs}
\\begin{tabular}{l${'r'.repeat(header.length - 1)}}
  \\toprule
${line(header)}  \\midrule
${rows.map(line).join('')}${sane}  \\bottomrule
\\end{tabular}
\\par\\smallskip{\\footnotesize ${foot}\\par}
`;
    })
    .join('\n');
}

/** Ranked sets first, then every set that shares its protocol with no other. */
function blocks({ sets, rankings, comparisons }: Metrics): readonly Block[] {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const ranked = rankings.flatMap((ranking): Block[] => {
    const lines = ranking.sets.flatMap(({ rank, set: name }): Line[] => {
      const set = byName.get(name);
      byName.delete(name);
      const comparison = comparisons.find(({ a }) => a === name);
      return set === undefined ? [] : [{ rank, set, comparison }];
    });
    const [first] = lines;
    return first === undefined ? [] : [{ title: title(first.set), ranking, lines }];
  });
  const alone = [...byName.values()].map((set): Block => {
    return {
      title: title(set),
      ranking: undefined,
      lines: [{ rank: null, set, comparison: undefined }],
    };
  });
  return [...ranked, ...alone];
}

/** What a reader must know of all numbers of a block. */
function title({ protocol }: MetricSet): string {
  const { corpus, scheme, folds, validation_speakers: validation, shared, stamps } = protocol;
  return [
    corpus.name,
    `${scheme} (${folds})`,
    ...(validation > 0 ? [`${validation} validation speaker${validation === 1 ? '' : 's'}`] : []),
    ...(shared.length > 0 ? [`${shared.join(' + ')} shared`] : []),
    ...stamps,
  ].join(', ');
}

/** A block as cells: percent, undefined as a dash, a column only where some set has something in it. */
function print(block: Block, metric: string, comparisons: readonly Comparison[]) {
  const { ranking, lines } = block;
  const severalSeeds = lines.some(({ set }) => set.n.seeds > 1);
  const toNewSpeakers = lines.some(({ set }) => set.values[metric]?.new_speakers);
  const compared = lines.some(({ comparison }) => comparison);
  const tested = lines.some(({ comparison }) => comparison?.test);
  const level = lines[0]?.set.values[metric]?.these_speakers?.level ?? Number.NaN;
  const when = (condition: boolean, ...cells: string[]): string[] => (condition ? cells : []);
  const interval = (range: { low: number; high: number } | null | undefined): string =>
    range ? ` [${percent(range.low)}, ${percent(range.high)}]` : '';

  const header = [
    'models',
    `${words(metric)}, % [these speakers]`,
    ...when(severalSeeds, 'sd of seeds'),
    ...when(toNewSpeakers, 'mean [new speakers]'),
    ...['accuracy', 'macro F1'],
    ...when(compared, 'difference [these speakers]'),
    ...when(tested, 'p (Holm)'),
  ];
  const rows = lines.map(({ set, comparison }) => {
    const value = set.values[metric];
    const far = value?.new_speakers;
    const best = ranking?.best?.set === set.name ? ` (${ranking.best.stamp})` : '';
    return [
      `${set.name}${best}`,
      `${percent(value?.value)}${interval(value?.these_speakers)}`,
      ...when(severalSeeds, percent(value?.sd_seeds)),
      ...when(toNewSpeakers, far ? `${percent(far.mean)}${interval(far)}` : '–'),
      percent(set.values['accuracy']?.value),
      percent(set.values['macro_f1']?.value),
      ...when(
        compared,
        comparison ? `${percent(comparison.difference)}${interval(comparison)}` : '–',
      ),
      ...when(tested, comparison ? probability(comparison) : '–'),
    ];
  });
  const reference = lines.find(({ set }) => set.name === ranking?.reference) ?? lines[0];
  const controls = Object.entries(reference?.set.controls ?? {}).map(([name, values]) => [
    words(name),
    percent(values[metric]),
    ...when(severalSeeds, ''),
    ...when(toNewSpeakers, ''),
    ...[percentOrNothing(values['accuracy']), percentOrNothing(values['macro_f1'])],
    ...when(compared, ''),
    ...when(tested, ''),
  ]);
  return { header, rows, controls, notes: notesOf(block, level, comparisons) };
}

function notesOf(
  { lines, ranking }: Block,
  level: number,
  comparisons: readonly Comparison[],
): readonly string[] {
  const tests = lines.flatMap(({ comparison }) => (comparison?.test ? [comparison] : []));
  const test = tests.find(({ unit }) => unit);
  return [
    `Intervals: ${Number((100 * level).toPrecision(6))} %; these speakers: bootstrap over clips; new speakers: t over speakers.`,
    ...(ranking ? [`Differences are from ${ranking.reference}.`] : []),
    ...(test ? [`Test: ${test.test} by ${test.unit}; all are in comparisons.csv.`] : []),
    ...(tests.length > 0 ? familyWords(comparisons) : []),
    ...(ranking?.best
      ? [
          `${ranking.best.set} is the ${ranking.best.stamp}, chosen on the clips it is scored on: its value is too good.`,
        ]
      : []),
  ];
}

function probability({ p_holm: p }: Comparison): string {
  if (p === null) return 'refused';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function percent(fraction: number | null | undefined): string {
  if (fraction === null || fraction === undefined) return '–';
  const text = (100 * fraction).toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
}

function percentOrNothing(fraction: number | null | undefined): string {
  return fraction === undefined ? '' : percent(fraction);
}

function words(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replace(/\buar\b/, 'UAR')
    .replace(/\bf1\b/, 'F1');
}

const latex: Readonly<Record<string, string>> = {
  ...{ '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' },
  ...{ '−': '$-$', '–': '--', '<': '$<$', '>': '$>$', '×': '$\\times$', '|': '$|$' },
};

function escapeLatex(text: string): string {
  return text.replace(/[\\~^−–<>×|&%$#_{}]/g, (c) => latex[c] ?? `\\${c}`);
}
