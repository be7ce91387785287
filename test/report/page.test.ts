import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatAgo, formatBytes, formatSeconds } from '../../src/report/format.ts';
import { renderReport } from '../../src/report/page.ts';
import { renderRunsPage } from '../../src/report/runs-page.ts';
import { resultSentences } from '../../src/report/sentence.ts';
import { data, metrics, sentence, set } from './fixture.ts';

const test = suite('report');

test('shows the number, its protocol, both intervals and the controls', () => {
  const page = renderReport(data);
  for (const text of [
    'UAR 61.2 %',
    sentence,
    '[57.1, 65.0]',
    'mean 60.0 % [31.0, 89.0], 95 % interval over 2 speakers',
    'majority',
    'logistic regression',
    'unpinned',
    'Run k7f3, started 2026-01-02 03:04 UTC, 1 min 23 s; 3 tasks ran, 4 cached',
    'affekt run demo.yaml',
  ]) {
    assert.ok(page.includes(text), `lacks ${text}`);
  }
});

test('tables hold percent for fractions and plain counts', () => {
  const cells = [...renderReport(data).matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    row.replaceAll(/<\/t[dh]>/g, '|').replaceAll(/<[^>]*>/g, ''),
  );
  assert.ok(cells.includes('anger|75.0|50.0|60.0|90.0|80.0|4|'), cells.join('\n'));
  assert.ok(cells.includes('1|70.0|72.0|4|'));
  assert.ok(cells.includes('1|71.0|73.0|2|4|'));
  assert.ok(cells.includes('anger|375.0|125.0|'), 'count and percent of the row');
  assert.ok(
    cells.includes('&lt;b&gt;&amp;&quot;|00.0|00.0|'),
    'a class without clips divides by none',
  );
});

test('everything from outside is escaped', () => {
  const page = renderReport(data);
  assert.not.match(page, /<script|<img|<b>&/);
  assert.ok(page.includes('&lt;script&gt;alert(1)'));
  assert.ok(page.includes('&lt;/pre&gt;&lt;img'));
});

test('needs nothing from elsewhere: no request, no script', () => {
  const page = renderReport(data);
  assert.not.match(page, /(?:src|href)="(?!#)[a-z]+:|url\(|@import|<link|<script|<iframe/i);
});

test('a failed run says what failed and links the log', () => {
  const failures = [
    {
      address: 'mel[chunk=0]',
      message: 'bad & worse',
      details: ['a<b'],
      hint: 'Fix it.',
      log: 'logs/mel[chunk=0].log',
    },
  ];
  const page = renderReport({ ...data, state: 'failed', evaluations: [], failures });
  assert.match(page, /mel\[chunk=0\]<\/b>: bad &amp; worse/);
  assert.ok(page.includes('a&lt;b'));
  assert.match(page, /href="logs\/mel%5Bchunk%3D0%5D\.log"/);
});

test('a quick run has no headline', () => {
  const page = renderReport({
    ...data,
    evaluations: data.evaluations.map((one) => ({
      ...one,
      metrics: {
        ...one.metrics,
        headline: null,
        sets: one.metrics.sets.map((set) => ({
          ...set,
          protocol: { ...set.protocol, stamps: ['quick: not a result'] },
        })),
      },
    })),
  });
  assert.ok(page.includes('quick: not a result'));
  assert.not.match(page, 'class="number"');
});

test('what adapts to speakers is not set large, and never leads where another number may', () => {
  const [one] = data.evaluations;
  const [set] = one!.metrics.sets;
  const enrolled = {
    ...set!,
    name: 'enrolled',
    protocol: { ...set!.protocol, stamps: ['enrolled (k=10)'], sentence: 'UAR of enrolled' },
    controls: { ...set!.controls, plain: { uar: 0.5 } },
  };
  const alone = { ...one!.metrics, headline: null, sets: [enrolled] };
  const page = renderReport({ ...data, evaluations: [{ ...one!, metrics: alone }] });
  assert.not.match(page, 'class="number"');
  assert.equal(resultSentences(alone), [
    'UAR of enrolled; the same clips without enrolment: 50.0 %',
  ]);
  const [first] = resultSentences({ ...one!.metrics, sets: [enrolled, set!] });
  assert.match(first!, new RegExp(`^${set!.name}: `));
});

test('the list of runs links the pages that exist', () => {
  const run = {
    id: 'k7f3',
    name: 'demo',
    state: 'done',
    started: data.started,
    results: [{ address: 'scores', metrics }],
  };
  const page = renderRunsPage([
    { ...run, folder: '20260102-030405-demo-k7f3', hasReport: true },
    { ...run, id: 'aaaa', folder: 'other', hasReport: false },
  ]);
  assert.ok(page.includes('<a href="20260102-030405-demo-k7f3/report.html">k7f3</a>'));
  assert.not.match(page, /href="other/);
  assert.ok(page.includes(sentence));
});

test('times and sizes read well', () => {
  const seconds = {
    0: '0.0 s',
    9.94: '9.9 s',
    9.96: '10 s',
    59.4: '59 s',
    59.6: '1 min 00 s',
    3599.6: '1 h 00 min',
    7380: '2 h 03 min',
  };
  for (const [value, text] of Object.entries(seconds))
    assert.is(formatSeconds(Number(value)), text);
  const bytes = {
    0: '0 B',
    999: '999 B',
    1000: '1.0 kB',
    999600: '1.0 MB',
    26700000: '26.7 MB',
    123456789: '123 MB',
  };
  for (const [value, text] of Object.entries(bytes)) assert.is(formatBytes(Number(value)), text);
  assert.is(formatAgo(59_000), 'just now');
  assert.is(formatAgo(2 * 3_600_000), '2 h ago');
  assert.is(formatAgo(3 * 86_400_000), '3 d ago');
});

test('what the numbers were made of, and without, is listed', () => {
  const text = renderReport(data);
  assert.match(text, '<dd>8 clips, 2 speakers</dd>');
  assert.match(text, '<dt>Licence</dt><dd>not stated</dd>');
  assert.match(text, '<dd>3 rows labelled &quot;xxx&quot;</dd>');
  assert.match(text, '<th scope="row">&lt;x&gt;.wav</th><td>it is a FLAC file</td>');
  assert.not.match(renderReport({ ...data, corpora: [] }), 'id="data"');
});

test('several sets of models come with a table of all of them', () => {
  const second = { ...set, name: 'other' };
  const several = renderReport({
    ...data,
    evaluations: [{ ...data.evaluations[0]!, metrics: { ...metrics, sets: [set, second] } }],
  });
  assert.match(several, /<th scope="row">cnn<\/th><td><\/td><td>61\.2 \[57\.1, 65\.0\]<\/td>/);
  assert.match(several, /<th scope="row">other<\/th>/);
  assert.match(several, /<summary>other <span[^>]*>UAR 61\.2 %/);
});

test('the page of runs shows the first results of a sweep', () => {
  const sets = Array.from({ length: 7 }, (_, i) => ({ ...set, name: `set ${i}` }));
  const results = [{ address: 'scores', metrics: { ...metrics, sets } }];
  const run = { folder: 'f', id: 'a', name: 'n', state: 'done', started: '', hasReport: false };
  const text = renderRunsPage([{ ...run, results }]);
  assert.match(text, /<div>set 3: UAR[^<]*<\/div><div>and 3 more<\/div>/);
});

test('models stand with their size, and how they learnt', () => {
  const page = renderReport(data);
  assert.match(page, /cnn4<\/td><td[^>]*>86,837<\/td><td>40\.2 \(96 frames\)<\/td>/);
  const [, points = ''] = /<polyline class="curve" points="([^"]+)"/.exec(page) ?? [];
  const places = points.split(' ').map((point) => point.split(',').map(Number));
  assert.is(places.length, 3);
  // Epochs go right, a falling loss goes down the page.
  assert.ok(places[0]![0]! < places[2]![0]! && places[0]![1]! < places[2]![1]!);
  assert.not.match(renderReport({ ...data, models: [] }), 'id="models"');
});

test.run();
