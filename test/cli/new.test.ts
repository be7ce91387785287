import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProject } from '../util/cli.ts';

const test = suite('new');

test('an experiment runs as it was written, and nothing is written over', async () => {
  using project = createProject();
  const made = await project.affekt(['new', 'experiment', 'first']);
  assert.is(made.code, 0, made.err);
  assert.is(made.out, 'wrote experiments/first.yaml\nNext: affekt run experiments/first.yaml\n');
  const text = project.read('experiments/first.yaml');
  assert.match(text, /^name: first$/m);
  assert.not.match(text, /demo\.yaml|\$schema/, 'affekt does not lie in this project');

  const ran = await project.affekt(['run', 'experiments/first.yaml']);
  assert.is(ran.code, 0, ran.err);
  assert.match(ran.out, /\nUAR \d+\.\d % .*leave-one-speaker-out \(6\)/);

  const again = await project.affekt(['new', 'experiment', 'first']);
  assert.is(again.code, 2);
  assert.match(again.err, /experiments\/first\.yaml exists/);
  const stage = await project.affekt(['new', 'stage', 'first']);
  assert.is(stage.code, 2, 'its experiment would have the same name');
  assert.equal(project.list('experiments/stages'), []);
  assert.is(project.read('experiments/first.yaml'), text);
});

test('a stage runs in the experiment that is written with it', async () => {
  using project = createProject();
  const made = await project.affekt(['new', 'stage', 'my_levels']);
  assert.is(made.code, 0, made.err);
  assert.match(made.out, /\nNext: affekt run experiments\/my_levels\.yaml\n$/);
  const ran = await project.affekt(['run', 'experiments/my_levels.yaml']);
  assert.is(ran.code, 0, ran.err);
  const table = project.read('runs/latest/stages/my_levels/table/table.csv');
  // One row for each clip of the built-in corpus, and the header.
  assert.match(table, /^id,level\n/);
  assert.is(table.trimEnd().split('\n').length, 193);
});

test('names that cannot be addresses are refused with one that can', async () => {
  using project = createProject();
  for (const [args, words] of [
    [['experiment', 'My First!'], /"My First!" is no name; did you mean my-first\?/],
    [['experiment', '../x'], /"\.\.\/x" is no name; did you mean x\?/],
    [['stage', '7'], /"7" is no name\n/],
    [['stage', 'melspec'], /affekt has a kind melspec/],
    [['experimnt', 'x'], /unknown action "experimnt"; did you mean experiment\?/],
    [['experiment'], /too few arguments\n {2}Usage: affekt new experiment NAME\n/],
  ] as const) {
    const { code, err } = await project.affekt(['new', ...args]);
    assert.is(code, 2, args.join(' '));
    assert.match(err, words);
  }
  assert.equal(project.list('.'), []);
});

test.run();
