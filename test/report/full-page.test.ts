import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bibtex } from '../../src/report/bibtex.ts';
import { comparisonsPart } from '../../src/report/comparisons-part.ts';
import { environmentRows } from '../../src/report/environment-rows.ts';
import { renderReport } from '../../src/report/page.ts';
import { pipelineOf } from '../../src/report/pipeline.ts';
import { resultSentences } from '../../src/report/sentence.ts';
import { smallestWords } from '../../src/report/smallest-words.ts';
import { specStages } from '../../src/report/spec-stages.ts';
import { fullData, set } from './fixture.ts';

const test = suite('full report');

const page = renderReport(fullData);
const fact = (name: string): string =>
  new RegExp(`<dt>${name}</dt><dd>(.*?)</dd>`).exec(page)?.[1] ?? '';

test('the worst group is named; one that lacks classes does not take its place', () => {
  assert.is(
    fact('Worst speaker'),
    '9: UAR 41.0 % on 4 clips (of those with 2 classes; 11 has 11.0 % on 1)',
  );
  assert.is(fact('Worse sex'), 'female: UAR 50.0 % on 6 clips');
  const rows = [...page.matchAll(/<tr><th scope="row">(9|10|11)\b(.*?)<\/th>/g)];
  assert.equal(
    rows.map(([, name, mark]) => [name, mark?.includes('worst')]),
    [
      ['9', true],
      ['10', false],
      ['11', false],
    ],
    'in the order of the numbers, the worst marked',
  );
});

test('of groups that are alike none is the worst', () => {
  const [row] = fullData.evaluations;
  const { metrics } = row!;
  const alike = { n: 4, classes: 2, uar: 0.5, accuracy: 0.5 };
  const sets = metrics.sets.map((one) => ({ ...one, per_sex: { female: alike, male: alike } }));
  const evaluations = [{ ...row!, metrics: { ...metrics, sets } }];
  assert.not.match(renderReport({ ...fullData, evaluations }), 'Worse sex');
});

test('a chosen winner is stamped wherever its number stands', () => {
  const [row] = fullData.evaluations;
  assert.match(fact('Chosen'), /^best of 2: /);
  assert.match(page, '<span class="stamp">best of 2</span>');
  assert.match(page, /cnn <span class="mark">best of 2<\/span>/);
  const lines = resultSentences(row!.metrics);
  assert.match(lines[0]!, /^cnn: .*, best of 2$/);
  assert.not.match(lines[1]!, 'best of');
});

test('a test is shown with its unit and what it can give; a refused one with its reason', () => {
  assert.match(page, 'permutation over 6 speakers');
  assert.match(page, 'not tested: 5 folds reach p = 0.0625 at best');
  assert.match(page, 'Of 6 speakers a test can give p = 0.0313 at best.');
  assert.match(page, '<td>+1.2 [−1.0, +3.4]</td><td>+1.1 [−2.0, +4.0]</td>');
});

test('a test rejects below 1 − level', () => {
  const metrics = fullData.evaluations[0]?.metrics;
  const [first] = metrics?.comparisons ?? [];
  assert.ok(metrics && first);
  const words = (level: number): string =>
    comparisonsPart({ ...metrics, comparisons: [{ ...first, level, p_holm: 0.03 }] })?.text ?? '';
  assert.match(words(0.95), 'differs at 0.05');
  assert.match(words(0.99), 'no difference shown');
  assert.match(words(0.999), '99.9 % intervals');
});

test('calibration has ECE before and after, the curve, and the temperatures', () => {
  assert.match(page, '<th scope="row">as trained</th><td>12.3 %</td>');
  assert.match(page, '<th scope="row">scaled</th><td>4.5 %</td>');
  assert.match(page, /median 1\.40, from 1\.20 to 1\.60: all were too sure/);
  assert.match(page, '1 temperature at the end of the range');
  // Confidence 0.8 and accuracy 0.6: right of the middle, below the diagonal.
  const [, line = ''] = /<polyline class="line" [^>]*points="([^"]+)"/.exec(page) ?? [];
  const [, [x = 0, y = 0] = []] = line.split(' ').map((point) => point.split(',').map(Number));
  assert.is(x, 46 + 0.8 * 300);
  assert.is(y, 8 + 0.4 * 300);
});

test('errors are cards with a player where there is sound, and rows of a table otherwise', () => {
  assert.match(page, 'aria-label="Clip clip &lt;1&gt;" src="data:audio/wav;base64,AAAA"');
  assert.match(page, '<b>anger</b> taken for <b>&lt;b&gt;&amp;&quot;</b>, 93.0 % sure');
  assert.match(page, '<th scope="row">clip 2</th><td>9</td><td>anger</td>');
  const [row] = fullData.evaluations;
  const errors = { ...row!.errors, mlp: row!.errors['cnn']! };
  const both = renderReport({ ...fullData, evaluations: [{ ...row!, errors }] });
  assert.is(both.split('<audio').length, 2, 'a clip is heard once, whatever sets are wrong on it');
  assert.match(both, '<th scope="row">clip &lt;1&gt;</th>');
  const mute = fullData.evaluations.map((row) => ({
    ...row,
    clips: Object.fromEntries(
      Object.entries(row.clips).map(([id, clip]) => [id, { ...clip, sound: null }]),
    ),
    mute: 'No players: the licence.',
  }));
  const silent = renderReport({ ...fullData, evaluations: mute });
  assert.not.match(silent, '<audio');
  assert.match(silent, 'No players: the licence.');
});

test('the smallest difference is that of the scored clips, or none', () => {
  const least = {
    ...{ alpha: 0.05, speakers: 2, classes: 2 },
    speaker_test: { smallest_p: 0.5, largest_family: 0, least: null },
    clip_test: { clips: 6, least: 0.1 },
    expected: [{ q: 0.2, clips: 0.036, speakers: 0.047 }],
  };
  const analysis = {
    ...{ format: 'affekt.analysis/1' as const, findings: [], charts: [] },
    corpus: { name: 'aesdd', title: '', clips: 8, speakers: 2, labels: [], texts: 0, duration: 1 },
    smallest_difference: least,
  };
  assert.match(
    smallestWords(set, [{ analysis }])!,
    /^about 3\.6 points .* these speakers; none for new ones, because no test over 2 speakers reaches 0\.05; .* 20 %/,
  );
  const other = { ...analysis, corpus: { ...analysis.corpus, clips: 9 } };
  assert.is(smallestWords(set, [{ analysis: other }]), undefined);
  const test6 = { smallest_p: 0.01, largest_family: 1, least: 0.02 };
  const own = { ...set, smallest_difference: { ...least, alpha: 0.01, speaker_test: test6 } };
  assert.match(smallestWords(own, [])!, /for these speakers, 4\.7 for new ones; .* at 0\.01$/);
});

test('the picture has a node a stage, whatever its variants, and an edge an input', () => {
  const variant = (name: string) => ({
    ...{ address: `cnn[cnn.seeds=${name}]`, kind: 'train-kfold', params: {} },
    inputs: { features: ['mel'] },
  });
  const { nodes, edges } = pipelineOf({
    specStages: [
      { address: 'mel', kind: 'melspec', params: {}, inputs: {} },
      variant('1'),
      variant('2'),
      { address: 'x', kind: 'evaluate', params: {}, inputs: { models: ['cnn[cnn.seeds=1]'] } },
    ],
    stages: [
      { address: 'mel', tasks: 4, cached: 4, seconds: 0 },
      { address: 'cnn[cnn.seeds=1]', tasks: 3, cached: 1, seconds: 5 },
      { address: 'cnn[cnn.seeds=2]', tasks: 2, cached: 0, seconds: 7 },
    ],
    failures: [],
  });
  assert.equal(
    nodes.map(({ name, variants, tasks, cached, seconds, state }) =>
      [name, variants, tasks, cached, seconds, state].join(' '),
    ),
    ['mel 1 4 4 0 cached', 'cnn 2 5 1 12 ran', 'x 1 0 0 0 open'],
  );
  assert.equal(
    edges.map(({ from, to }) => `${from} ${to}`),
    ['mel cnn', 'cnn x'],
  );
});

test('the methods say what the lineage did, and cite whom it used', () => {
  const [, methods = ''] = /<h2 id="methods">Methods<\/h2>\s*<p>(.*?)<\/p>/s.exec(page) ?? [];
  assert.match(methods, 'The corpus is own [k]: 8 clips of 2 speakers');
  assert.match(methods, '64 bands from 50 to 8000 Hz, Hann windows of 40 ms every 16 ms');
  assert.match(
    methods,
    '(86,837 parameters) was trained by leave-one-speaker-out: 30 epochs of AdamW',
  );
  assert.match(methods, 'compared with another set of models (mlp)');
  assert.match(page, '@misc{k,\n  author = {A. Uthor},');
  const entry = { type: 'misc' as const, key: 'a', fields: { title: 'R&D, 5 % {\\"o}' } };
  assert.is(bibtex([entry, entry]), '@misc{a,\n  title = {R\\&D, 5 \\% {\\"o}}\n}\n');
});

test('wires of a resolved spec are stages; one that is not a spec says so', () => {
  const inputs = { features: 'mel[mel.n_mels=40].features', models: ['a.models', 'b.models'] };
  const [stage] = specStages({ stages: { cnn: { uses: 'train-kfold', in: inputs, with: {} } } });
  assert.equal(stage!.inputs, { features: ['mel[mel.n_mels=40]'], models: ['a', 'b'] });
  assert.throws(() => specStages(null), 'it lists no stages');
  assert.throws(() => specStages({ stages: { a: 1 } }), 'a does not say what it uses');
});

test('what it ran on is what the records have', () => {
  const rows = environmentRows(
    { node: 'v20', cpu: 'X', cpus: 2, versions: { affekt: '0.1.0' } },
    { commit: '0123456789abcdef', branch: 'main', dirty: true },
  );
  assert.equal(rows, [
    ['affekt', '0.1.0'],
    ['Node', 'v20'],
    ['Processor', 'X × 2'],
    ['Commit', '0123456789ab on main with changes (dirty.diff)'],
  ]);
  assert.equal(environmentRows(null, null), []);
});

test('what could not be read is said above everything else', () => {
  assert.ok(page.indexOf('Not on this page') < page.indexOf('<main>'));
  assert.match(page, '<li>old: metrics.json is not in the cache any more</li>');
});

test.run();
