import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Metrics } from '../../src/artifacts/metrics.ts';
import { resultCsv, resultLatex, resultMarkdown } from '../../src/artifacts/result-table.ts';
import { compare } from '../../src/stages/evaluate/compare.ts';
import { rank } from '../../src/stages/evaluate/ranking.ts';
import { parseCsv } from '../../src/util/csv.ts';
import { clipsOf, labels, setOf } from '../stages/evaluate/sets.ts';

const sets = [
  setOf('cnn[mel.n_mels=40]', clipsOf([4, 4, 5, 5, 3, 4])),
  setOf('cnn[mel.n_mels=80]', clipsOf([9, 8, 9, 7, 9, 8])),
  setOf('easy & _', clipsOf([9, 9, 9, 9, 9, 9]), { scheme: 'hold-out', stamps: ['unpinned'] }),
];
const rankings = rank(sets, 'uar', undefined);
const metrics: Metrics = {
  format: 'affekt.metrics/1',
  labels,
  headline: null,
  sets: sets.map(({ set }) => set),
  rankings,
  comparisons: compare(sets, rankings, {
    ...{ metric: 'uar', level: 0.95, classes: 2, seed: 1, unit: null },
    tests: ['permutation'],
  }),
};

const test = suite('tables of results');

test('CSV: fractions, one row per set, the winner stamped', () => {
  const { header, rows } = parseCsv(resultCsv(metrics, 'uar'));
  const cell = (row: number, column: string): string => rows[row]?.[header.indexOf(column)] ?? '?';
  assert.is(rows.length, 3);
  assert.ok(rows.every((row) => row.length === header.length));
  assert.equal([cell(0, 'rank'), cell(0, 'set')], ['1', 'cnn[mel.n_mels=80]']);
  assert.ok(Math.abs(Number(cell(0, 'uar')) - 50 / 60) < 1e-12);
  assert.is(cell(0, 'stamps'), 'best of 2');
  assert.is(cell(0, 'reference'), 'cnn[mel.n_mels=40]');
  assert.is(cell(0, 'p_holm'), '0.03125');
  assert.equal([cell(2, 'rank'), cell(2, 'stamps')], ['', 'unpinned']);
});

test('Markdown: one table per protocol, rows as long as the header, best of N and reference named', () => {
  const text = resultMarkdown(metrics, 'uar');
  assert.match(text, '**made-up, leave-one-speaker-out (6), text shared**');
  assert.match(text, '**made-up, hold-out (6), text shared, unpinned**');
  assert.match(text, /\| cnn\[mel\.n_mels=80\] \(best of 2\) \| 83\.3 \[/);
  assert.match(text, '| 0.031 |');
  assert.match(text, 'Differences are from cnn[mel.n_mels=40].');
  assert.match(text, 'is the best of 2, chosen on the clips it is scored on');
  assert.match(text, '| chance | 50.0 |');
  for (const block of text.split('**made-up').slice(1)) {
    const widths = block
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    assert.is(new Set(widths).size, 1);
  }
});

test('LaTeX: booktabs, as many columns as cells, nothing left unescaped', () => {
  const text = resultLatex(metrics, 'uar');
  const tabulars = text.split('\\begin{tabular}').slice(1);
  assert.is(tabulars.length, 2);
  for (const tabular of tabulars) {
    const columns = /^\{(l r*|lr*)\}/.exec(tabular)?.[1]?.length;
    const lines = tabular.split('\n').filter((line) => line.endsWith('\\\\'));
    for (const line of lines) assert.is(line.split(/(?<!\\)&/).length, columns, line);
    for (const rule of ['\\toprule', '\\midrule', '\\bottomrule', '\\end{tabular}']) {
      assert.ok(tabular.includes(rule), rule);
    }
  }
  assert.match(text, 'cnn[mel.n\\_mels=80] (best of 2) & 83.3 [');
  assert.match(text, 'easy \\& \\_');
  // Comments aside, every special character is escaped or one of ours.
  const body = text.replace(/^%.*$/gm, '').replace(/\\[a-z]+(\{[a-z]+\})?/g, '');
  assert.not.match(body, /(?<!\\)[%#_~^]/);
});

test.run();
