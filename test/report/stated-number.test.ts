import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { numberWithProtocol } from '../../src/artifacts/stated-number.ts';
import { fitReport } from '../../src/report/fit-report.ts';
import { renderReport } from '../../src/report/page.ts';
import { renderRunsPage } from '../../src/report/runs-page.ts';
import { data, metrics, sentence, set } from './fixture.ts';

const test = suite('numbers never stand alone');

const optimistic = {
  ...set,
  protocol: { ...set.protocol, selection: 'shared' as const, stamps: ['optimistic', 'unpinned'] },
  controls: { ...set.controls, plain: { uar: 0.5 } },
};
const other = { ...set, name: 'other' };
const chosen = {
  ...metrics,
  sets: [optimistic, other],
  rankings: [
    {
      ...{ metric: 'uar', protocol: 'x', reference: 'other' },
      sets: [optimistic, other].map(({ name }, n) => ({ rank: n + 1, set: name, value: 0.6 })),
      best: { set: set.name, stamp: 'best of 2' },
    },
  ],
};

test('a chosen winner has its stamps and the plain model beside it', () => {
  const stated = numberWithProtocol(optimistic, chosen);
  assert.equal(stated.stamps, ['best of 2', 'optimistic', 'unpinned']);
  assert.is(stated.sentence, `${sentence}, best of 2; the same clips without enrolment: 50.0 %`);
  assert.equal([stated.value, stated.low, stated.high, stated.plain], [0.6119, 0.571, 0.65, 0.5]);
  assert.equal(numberWithProtocol(other, chosen).stamps, ['unpinned']);
});

test('the list of runs says so beside the number, and side by side', () => {
  const run = { id: 'k7f3', name: 'demo', state: 'done', started: data.started };
  const row = {
    ...run,
    folder: 'f',
    hasReport: true,
    results: [{ address: 's', metrics: chosen }],
  };
  const page = renderRunsPage([row]);
  const [, cell = ''] = /<td data-value="0\.6119">(.*?)<\/td>/s.exec(page) ?? [];
  for (const stamp of ['best of 2', 'optimistic', 'unpinned'])
    assert.ok(cell.includes(stamp), cell);
  const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
  const [{ sets }] = JSON.parse(json) as [{ sets: { sentence: string }[] }];
  assert.match(sets[0]?.sentence ?? '', /best of 2; the same clips without enrolment: 50\.0 %/);
});

test('a page that is too large goes without what is missed least, and says so', () => {
  const clip = { text: '', duration: 1, picture: new Uint8Array(30_000) };
  const sound = `data:audio/wav;base64,${'A'.repeat(100_000)}`;
  const ids = Array.from({ length: 12 }, (_, n) => `clip ${n}`);
  const error = { speaker: '1', fold: 1, truth: 'anger', predicted: 'calm', confidence: 0.9 };
  const [evaluation] = data.evaluations;
  const large = {
    ...data,
    evaluations: [
      {
        ...evaluation!,
        errors: {
          [set.name]: ids.map((id) => ({ id, ...error, p_true: 0, seeds: 1, seeds_wrong: 1 })),
        },
        clips: Object.fromEntries(ids.map((id) => [id, { ...clip, sound }])),
      },
    ],
  };
  const size = (text: string): number => Buffer.byteLength(text);
  const whole = fitReport(large);
  assert.is(whole, renderReport(large), 'what fits is left as it is');
  const silent = fitReport(large, 700_000);
  assert.ok(size(silent) <= 700_000 && silent.includes('<img') && !silent.includes('<audio'));
  assert.match(silent, /this page is without the sound of clips;/);
  const bare = fitReport(large, 100_000);
  assert.ok(size(bare) <= 100_000 && !bare.includes('<img'));
  assert.match(bare, /without the sound of clips, the spectrograms of clips;/);
  assert.ok(bare.includes(sentence), 'the result stays');
});

test('a list of very many runs stays below 5 MB', () => {
  const results = [{ address: 's', metrics }];
  const runs = Array.from({ length: 4000 }, (_, n) => ({
    ...{ id: `r${n}`, name: 'demo', state: 'done', started: data.started, folder: `f${n}` },
    ...{ results, hasReport: true },
  }));
  const page = renderRunsPage(runs);
  assert.ok(Buffer.byteLength(page) < 5e6, String(Buffer.byteLength(page)));
  assert.match(page, /The newest 1500; affekt runs lists all/);
});

test.run();
