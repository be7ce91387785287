import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rig, specOf } from './tune-rig.ts';

const test = suite('tune: what may be searched');

test('wrong spaces are refused before work, each at its place', async () => {
  const wrong = `{ trials: 5, space: {
      modle.c: [1, 2],
      model.c: { float: [10, 1] },
      mel.fmin: { float: [0, 50], log: true },
      mel.n_mels: [8, "16"],
      mel.hop_length: { float: [80, 160] },
      scores.level: [0.9, 0.95] } }`;
  const messages = async (text: string): Promise<readonly string[]> => {
    using project = rig(specOf(text));
    const loaded = await project.load('x.yaml').then(
      () => [],
      (error: Error) => JSON.parse(error.message.replace(/^x.yaml was refused: /, '')),
    );
    return (loaded as { message: string; location: { line: number; column: number } }[]).map(
      ({ message, location }) => `${location.line}: ${message}`,
    );
  };
  assert.equal(await messages('{ trials: 5, space: {} }'), [
    '11: the space is empty: there is nothing to search',
  ]);
  assert.equal(await messages(wrong), [
    '13: "model.c" is empty: 10 is greater than 1',
    '14: "mel.fmin" has no logarithm to search: with log the low end must be above 0',
  ]);
  // Trials on other clips, or on other classes, are not comparable.
  assert.match(
    (await messages('{ trials: 5, space: { speech.limit: [1, 2] } }'))[0] ?? '',
    /^11: "speech.limit" is part of the protocol, and cannot be searched/,
  );
  const right = wrong.replace('[10, 1]', '[1, 10]').replace('[0, 50]', '[1, 50]');
  const found = await messages(right);
  assert.is(found.length, 4, found.join('\n'));
  assert.match(found[0] ?? '', /^12: unknown stage "modle"/);
  assert.match(found[1] ?? '', /^15: "n_mels" must be an integer/);
  assert.match(found[2] ?? '', /^16: "hop_length" must be an integer/);
  assert.match(found[3] ?? '', /^17: "model" reads nothing of "scores"/);
});

test('what the number is measured by is not searched', async () => {
  using project = rig(specOf('{ trials: 3, space: { model.split.validation_speakers: [0, 1] } }'));
  await project.run('x.yaml', { selection: { until: ['mel'] } });
  const plan = await project.plan('x.yaml');
  const { message } = plan.stages.find(({ address }) => address === 'search')!;
  assert.match(message ?? '', /part of the protocol/);
});

test('what does nothing in a search is refused', async () => {
  const messages = async (search: string, model = 'logreg'): Promise<string> => {
    using project = rig(specOf(search, { model }));
    return await project.load('x.yaml').then(
      async () => {
        await project.run('x.yaml', { selection: { until: ['mel'] } });
        const plan = await project.plan('x.yaml');
        return plan.stages.find(({ address }) => address === 'search')?.message ?? '';
      },
      (error: Error) => error.message,
    );
  };
  const space = 'trials: 3, space: { model.c: [0.1, 1] }';
  const found = await messages(`{ ${space}, prune: { rule: median, eta: 5, threshold: 0.3 } }`);
  assert.match(found, 'threshold has no effect with rule median');
  assert.match(found, 'eta has no effect with rule median');
  assert.match(found, 'rule: halving or hyperband');
  assert.match(
    await messages(`{ ${space} }`, 'logreg, max_folds: 2'),
    'max_folds of "model" has no effect',
  );
  assert.is(await messages(`{ ${space}, max_folds: 2 }`, 'logreg, max_folds: 2'), '');
  assert.is(await messages(`{ ${space}, prune: { rule: percentile, percentile: 25 } }`), '');
});

test.run();
