import { chmodSync, existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Metrics } from '../../src/artifacts/metrics.ts';
import { createProject, type Project } from '../util/cli.ts';
import { smallSpec, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('affekt report');

const spec = smallSpec('majority');

async function rig(): Promise<{ readonly project: Project; readonly run: string }> {
  const project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  const ran = await project.affekt(['run', 'x.yaml']);
  assert.is(ran.code, 0, ran.err);
  const [run = ''] = project.list('runs').filter((name) => /^\d/.test(name));
  return { project, run };
}

const text = (page: string): string => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

test('a recorded run gives the page again; its numbers are those of metrics.json', async () => {
  const { project, run } = await rig();
  using _ = project;
  const made = project.read(`runs/${run}/report.html`);
  rmSync(project.path(`runs/${run}/report.html`));
  const again = await project.affekt(['report']);
  assert.is(again.code, 0, again.err);
  assert.match(again.out, /^report {2}runs\/.*\/report\.html \([\d.]+ kB\)\n$/);
  assert.is(project.read(`runs/${run}/report.html`), made);

  const page = text(made);
  const { sets } = JSON.parse(
    project.read(`runs/${run}/stages/scores/evaluation/metrics.json`),
  ) as Metrics;
  const [set] = sets;
  assert.ok(set !== undefined);
  assert.match(page, `UAR ${(100 * set.values['uar']!.value!).toFixed(1)} % `);
  assert.match(page, set.protocol.sentence);
  assert.match(page, `ECE Brier log loss as trained ${(100 * set.calibration.ece).toFixed(1)} %`);
  for (const [label, { recall, precision, support }] of Object.entries(set.per_class)) {
    const row = ` ${label} ${(100 * recall).toFixed(1)} ${(100 * precision).toFixed(1)} `;
    assert.match(page, row);
    assert.match(page, ` ${support} `);
  }
  // The licence of these sounds is not known: pictures of them, and no player.
  if (set.per_fold.some(({ accuracy }) => accuracy < 1)) {
    assert.match(made, 'alt="Log-mel spectrogram of ');
    assert.match(page, 'does not let its audio be passed on');
  }
  assert.not.match(made, '<audio');

  const other = await project.affekt(['report', '-o', 'there/x.html']);
  assert.is(other.code, 2);
  assert.match(other.err, 'there/x.html cannot be written (ENOENT)');
  assert.is((await project.affekt(['report', 'nope'])).code, 2);
});

test('after an eviction the numbers stand, the page is kept, and what is gone has its next step', async () => {
  const { project, run } = await rig();
  using _ = project;
  const [report, audit, runs] = [['report'], ['audit'], ['runs', '--where', 'uar > 0']];
  const show = await project.affekt(['show']);
  const found = (await project.affekt(['runs'])).out;
  const page = project.read(`runs/${run}/report.html`);
  const room = await project.affekt(['cache', 'gc', '--max-size', '0']);
  assert.match(room.out, /^removed [1-9]/);

  const uar = /UAR \d+\.\d %/.exec(show.out)?.[0] ?? 'none';
  assert.match((await project.affekt(['show'])).out, uar);
  assert.match(found, uar);
  assert.match((await project.affekt(runs)).out, uar);
  assert.is((await project.affekt(runs)).err, '');
  const kept = await project.affekt(report);
  assert.is(kept.code, 2, kept.out);
  assert.match(kept.err, /is kept.*: speech: corpus\.json was evicted from the cache/);
  assert.match(kept.err, 'affekt run x.yaml makes it again; -o FILE');
  assert.is(project.read(`runs/${run}/report.html`), page);
  assert.is((await project.affekt([...report, '-o', 'left.html'])).code, 0);
  const audited = await project.affekt(audit);
  assert.is(audited.code, 3);
  assert.match(audited.out, 'scores cannot be checked: a file of it was evicted from the cache\n');
  assert.match(audited.out, /, \d+ no longer in the cache; affekt run x\.yaml makes it again\n/);
  const diff = await project.affekt(['diff', 'latest', 'latest']);
  assert.is(diff.code, 2);
  assert.match(diff.err, 'evicted from the cache\n  affekt run x.yaml makes it again.\n');

  // A cache that lost the numbers, too.
  rmSync(project.path('cache/objects'), { recursive: true });
  const bare = await project.affekt(['show']);
  assert.match(bare.out, /results of scores were evicted from the cache\n {2}affekt run x\.yaml/);
  assert.match((await project.affekt(['runs'])).out, /evicted from the cache: affekt show/);
  assert.match((await project.affekt(runs)).err, /^results of \w{4} were evicted from the cache\n/);

  assert.is((await project.affekt(['run', 'x.yaml'])).code, 0);
  assert.is((await project.affekt(['report', run])).code, 0);
  assert.match((await project.affekt(['show', run])).out, uar);
});

test('what is missing or damaged is named, and the rest is on the page', async () => {
  const { project, run } = await rig();
  using _ = project;
  const damage = async (break_: () => void): Promise<{ err: string; page: string }> => {
    break_();
    const { code, err } = await project.affekt(['report', '-o', 'left.html']);
    assert.is(code, 0, err);
    assert.not.match(err, /\n\s+at /, 'no stack trace');
    return { err, page: text(project.read('left.html')) };
  };
  const object = (file: string): string => project.path(`runs/${run}/stages/${file}`);

  const cut = await damage(() => {
    chmodSync(object('scores/evaluation/metrics.json'), 0o644);
    truncateSync(object('scores/evaluation/metrics.json'), 100);
  });
  assert.match(cut.err, 'not on the page: scores: not an evaluation: metrics.json: not JSON\n');
  assert.match(cut.err, 'affekt run x.yaml');
  assert.match(cut.page, /Not on this page.*scores: not an evaluation.*Models.*Data.*Reproduce/);

  const gone = await damage(() => rmSync(object('model/models/model.json'), { force: true }));
  // The link is gone, the object is not: the record says where it is.
  assert.not.match(gone.err, 'model.json');
  const evicted = await damage(() =>
    rmSync(join(project.path('cache'), 'objects'), { recursive: true }),
  );
  for (const line of ['scores: metrics.json', 'speech: corpus.json', 'model: model.json']) {
    assert.match(evicted.err, `not on the page: ${line} was evicted from the cache\n`);
  }
  assert.match(evicted.page, /Pipeline.*Reproduce.*affekt run x\.yaml/);

  const spoilt = await damage(() =>
    project.write({
      [`runs/${run}/resolved.yaml`]: 'stages: [}',
      [`runs/${run}/tasks.ndjson`]: '{"a',
    }),
  );
  assert.match(spoilt.err, 'not on the page: resolved.yaml');
  assert.match(spoilt.err, 'scores: the record of its evaluation is gone or damaged');
  const bare = await damage(() => rmSync(project.path(`runs/${run}/outputs.json`)));
  assert.match(bare.page, 'affekt run x.yaml');

  project.write({ [`runs/${run}/run.json`]: '{' });
  const lost = await project.affekt(['report', run]);
  assert.is(lost.code, 2);
  assert.not.match(lost.err, /\n\s+at /);
  assert.ok(existsSync(project.path('runs/index.html')));
});

test.run();
