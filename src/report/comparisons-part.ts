import { familyWords } from '../artifacts/family-words.ts';
import type { Comparison, Metrics } from '../artifacts/metrics.ts';
import { formatCount, grouped } from '../util/count.ts';
import { formatLevel, formatProbability, formatSigned } from './format.ts';
import { type Html, html } from './html.ts';
import { metricName } from './sentence.ts';
import { frame } from './tables.ts';

/** What each set has over the reference, with the test, what it counts, and why it was not run. */
export function comparisonsPart({ comparisons }: Metrics): Html | undefined {
  const [first] = comparisons;
  if (first === undefined) return undefined;
  const tests = [...new Set(comparisons.map(testWords))];
  // A column that says the same in every row is a sentence.
  const [only] = tests.length === 1 ? tests : [];
  const rows = comparisons.map((row) => [
    `${row.a} − ${row.b}`,
    intervalWords(row.difference, row),
    row.new_speakers === null ? '–' : intervalWords(row.new_speakers.mean, row.new_speakers),
    ...(only === undefined ? [testWords(row)] : []),
    formatProbability(row.p),
    formatProbability(row.p_holm),
    row.refused === null ? verdict(row) : `not tested: ${row.refused}`,
  ]);
  const header = [
    ...['models', `${metricName(first.metric)}, points, these speakers`, 'new speakers'],
    ...(only === undefined ? ['test'] : []),
    ...['p', 'p (Holm)', 'outcome'],
  ];
  return html`${frame('Compared with the reference', header, rows, 'list')}
<p class="small soft">${only === undefined || only === '–' ? '' : `Test: ${only}. `}Paired on the same clips; ${formatLevel(first.level)} intervals. ${[...limitWords(comparisons), ...familyWords(comparisons)].join(' ')}</p>`;
}

function intervalWords(
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
): string {
  return `${formatSigned(value)} [${formatSigned(low)}, ${formatSigned(high)}]`;
}

/** The test and its unit: what is swapped, and how many of them there are. */
function testWords({ test, unit, n, draws }: Comparison): string {
  if (test === null) return '–';
  const units = unit === null || n === null ? '' : ` over ${formatCount(n, unit)}`;
  const how = draws === null ? '' : ` (${grouped(draws)} draws)`;
  return `${test}${units}${how}`;
}

function verdict({ low, high, level, p_holm: p }: Comparison): string {
  if (p === null) return low > 0 || high < 0 ? 'interval without 0' : '';
  const alpha = Number((1 - level).toPrecision(6));
  return p <= alpha ? `differs at ${alpha}` : 'no difference shown';
}

/** What so many units can show at best. */
function limitWords(rows: readonly Comparison[]): readonly string[] {
  const words = rows.flatMap(({ smallest_p: p, unit, n }) =>
    p === null || unit === null || n === null
      ? []
      : [`Of ${formatCount(n, unit)} a test can give p = ${Number(p.toPrecision(3))} at best.`],
  );
  return [...new Set(words)];
}
