import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StudyTable } from '../../src/artifacts/study.ts';
import { fitReport } from '../../src/report/fit-report.ts';
import { kindSentence, type Made } from '../../src/report/kind-sentences.ts';
import { renderReport } from '../../src/report/page.ts';
import type { SpecStage } from '../../src/report/spec-stages.ts';
import { paramAxes } from '../../src/report/study-axis.ts';
import { fifths, searchViews } from '../../src/report/study-frame.ts';
import { bestSoFar } from '../../src/report/study-history-chart.ts';
import { importances } from '../../src/report/study-importance-chart.ts';
import { comparable } from '../../src/report/study-slice-chart.ts';
import { data } from './fixture.ts';
import { studyTable } from './study-fixture.ts';

const test = suite('report: a search');

const { study, trials } = studyTable;
const views = searchViews(study, trials);

function partOf(table: StudyTable, params = {}): string {
  const stage = { address: 'search', kind: 'tune', params, inputs: {} };
  const page = renderReport({
    ...data,
    specStages: [stage],
    studies: [{ address: 'search', table }],
  });
  return /<section aria-labelledby="search">.*?<\/section>/s.exec(page)?.[0] ?? '';
}

const part = partOf(studyTable);
const rows = [...part.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
  row.replaceAll(/<\/t[dh]>/g, '|').replaceAll(/<[^>]*>/g, ''),
);

test('what was searched, and what the numbers of trials are worth', () => {
  assert.match(part, '4 params of cnn and of what it reads');
  assert.match(part, '5 trials in each of 2 outer folds');
  assert.match(part, 'pooled over 2 inner folds');
  assert.match(part, 'No choice saw a clip that is scored');
  assert.match(
    part,
    'Of 7 trials, 5 were finished, 1 pruned, and 1 failed. The value of a trial is no result',
  );
  assert.not.match(part, 'optimistic');
  const one = { ...study, searches: [{ ...study.searches[0]!, outer: null, held_out: null }] };
  const own = trials.filter(({ outer }) => outer === 1).map((row) => ({ ...row, outer: null }));
  const shared = partOf({ study: { ...one, selection: 'shared' }, trials: own });
  assert.match(shared, '<span class="stamp">optimistic</span>');
  assert.match(shared, 'pooled over the 2 folds that are scored');
  const development = { study: { ...one, selection: 'development' as const }, trials: own };
  const speakers = { development_speakers: ['4', '<5>'] };
  assert.match(partOf(development, speakers), 'among speakers 4, &lt;5&gt;, who are not scored');
});

test('the methods say what a search saw', () => {
  const params = { space: { 'cnn.c': [1, 2] }, trials: 9, sampler: 'tpe', objective: 'uar' };
  const words = (rest: SpecStage['params'], made: Made = {}): string =>
    kindSentence(
      { address: 's', kind: 'tune', inputs: {}, params: { ...params, inner_folds: 3, ...rest } },
      made,
    );
  assert.match(
    words({ selection: 'nested' }),
    'Params (cnn.c) were searched in up to 9 trials (tpe), in each outer fold anew, by UAR on 3 inner folds',
  );
  assert.match(words({ selection: 'shared' }), 'the score is optimistic');
  const development = { selection: 'development', development_speakers: ['1', '2'] };
  const capped = words(development, { study: { ...study, folds: 2 } });
  assert.match(capped, 'on 2 inner folds of the clips of speakers 1, 2, who are not scored');
});

test('tables name winners, how often each value won, and why trials failed', () => {
  // Params by mean importance: learning rate (0.4375), mask (0.375), architecture (0.125), level (0.0625).
  assert.ok(rows.includes('1|a&lt;b|trial 1|62.5|50.0|0.004|8|mlp|–|'), rows.join('\n'));
  assert.ok(rows.includes('2|3|the spec itself|70.0|70.0|0.0005|null|cnn4|band|'));
  assert.ok(rows.includes('cnn.architecture|mlp × 1, cnn4 × 1|'));
  assert.ok(rows.includes('cnn.level|band × 1, not set × 1|'));
  assert.ok(
    rows.some((row) =>
      /^fold 1, trial 3\|no &lt;room&gt; for 8 bandscnn\.learning_rate = 0\.002, .* = mlp\|$/.test(
        row,
      ),
    ),
  );
});

test('many params of the winners stand in a table of their own', () => {
  const more = { 'x.a': [1, 2], 'x.b': [1, 2] };
  const wide = partOf({ study: { ...study, space: { ...study.space, ...more } }, trials });
  const [, table = ''] = /Params of the winners<\/caption>(.*?)<\/table>/s.exec(wide) ?? [];
  assert.match(table, '<th scope="row">noisy.mask</th><td>8</td><td>null</td>');
  assert.match(table, '<th scope="row">x.a</th><td>–</td><td>–</td>');
  assert.not.match(part, 'Params of the winners');
});

test('all trials are in the table, best first within their search, and the file is linked', () => {
  const shown = rows.flatMap((row) => /^(\d\.\d)\|/.exec(row)?.[1] ?? []);
  assert.equal(shown, ['1.1', '1.4', '1.0', '1.2', '1.3', '2.0', '2.1']);
  assert.ok(rows.includes('1.2|pruned after fold 1|–|0.01|4|cnn4|scalar|'));
  assert.match(part, 'href="stages/search/study/trials.csv"');
});

test('the best so far never falls and ends in the value of the winner', () => {
  assert.equal(bestSoFar(views[0]!.trials), [
    { trial: 0, value: 0.5 },
    { trial: 1, value: 0.625 },
    { trial: 4, value: 0.625 },
  ]);
  for (const { search, trials: own } of views) {
    assert.is(bestSoFar(own).at(-1)?.value, search.value);
  }
});

test('importance is that of the study: means and ranks over searches', () => {
  const [rate, mask, , level] = importances(Object.keys(study.space), views);
  assert.equal(rate, {
    name: 'cnn.learning_rate',
    mean: 0.4375,
    low: 0.25,
    high: 0.625,
    ranks: [1, 2],
  });
  assert.equal(mask?.ranks, [2, 1]);
  assert.equal([level?.mean, level?.ranks], [0.0625, [null, 3]], 'ties share a rank');
  assert.match(part, '43.8 (25.0–62.5)');
});

test('axes: a logarithm, a spec outside its range, null as a choice, a param that is not set', () => {
  const [rate, mask, kind, level] = paramAxes(study, trials);
  const at = (set: StudyTable['trials'][number]['set']) => ({ set });
  assert.is(rate?.place(at({ 'cnn.learning_rate': 0.0005 })), 0, 'the axis reaches trial 0');
  assert.is(rate?.place(at({ 'cnn.learning_rate': 0.01 })), 1);
  const middle = rate?.place(at({ 'cnn.learning_rate': Math.sqrt(0.0005 * 0.01) })) ?? 0;
  assert.ok(Math.abs(middle - 0.5) < 1e-12, 'rounding of two logarithms');
  assert.is(mask?.place(at({ 'noisy.mask': null })), 0);
  assert.equal([mask?.numeric, kind?.numeric], [false, false]);
  assert.is(level?.place(at({ 'cnn.architecture': 'mlp' })), undefined);
});

test('searches on other clips are compared by their own median, and coloured by their own ranks', () => {
  const values = comparable(views).map(({ value }) => Number(value.toFixed(9)));
  assert.equal(values, [-0.0625, 0.0625, 0, 0.05, -0.05]);
  assert.equal([...fifths(views[0]!).values()], [0, 4, 2]);
  const noise = [0.1 + 0.2, 0.3, 0.2].map((value, trial) => ({ ...trials[0]!, trial, value }));
  const [a, b] = [...fifths({ trials: noise }).values()];
  assert.is(a, b, 'values that differ in their last bit are equal');
});

test('every picture has a title and a description of its own, and a value no chart', () => {
  const pictures = [...part.matchAll(/<svg[^>]*role="img" aria-labelledby="(\S+) (\S+)"/g)];
  const ids = pictures.flatMap(([, title = '', words = '']) => [title, words]);
  assert.is(new Set(ids).size, ids.length);
  for (const id of ids) assert.ok(part.includes(`id="${id}">`), id);
  // Two histories, trials across params, and a slice of each of four params; one range alone spans no plane.
  assert.is(pictures.length, 2 + 1 + 4);
  assert.not.match(part, /NaN|Infinity|undefined/);
});

test('a search of which nothing ended is still a page', () => {
  const lost = {
    study: { ...study, searches: [{ ...study.searches[1]!, value: null, importance: {} }] },
    trials: [{ ...trials[5]!, value: null }],
  };
  assert.not.match(partOf(lost), /NaN|Infinity|undefined/);
});

test('150 trials of a search stay light; what is too large goes without single trials', () => {
  const many = Array.from({ length: 150 }, (_, trial) => ({
    ...trials[1]!,
    ...{ trial, outer: 1, value: 0.3 + ((trial * 37) % 150) / 400 },
    set: { ...trials[1]!.set, 'cnn.learning_rate': 10 ** (-3 + ((trial * 53) % 150) / 150) },
  }));
  const search = { ...study.searches[0]!, winner: 0, value: many[0]!.value };
  const large = { study: { ...study, searches: [search] }, trials: many };
  const bytes = Buffer.byteLength(partOf(large));
  assert.ok(bytes < 150_000, String(bytes));
  const whole = { ...data, studies: [{ address: 'search', table: large }] };
  const page = fitReport(whole, Buffer.byteLength(renderReport(whole)) - 20_000);
  assert.match(page, 'the single trials of searches');
  assert.not.match(page, 'All trials, best first');
});

test.run();
