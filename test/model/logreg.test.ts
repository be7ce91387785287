import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { argmax } from '../../src/model/argmax.ts';
import { frameMean } from '../../src/model/frame-mean.ts';
import { classWeights, fitLogreg, predictLogreg } from '../../src/model/logreg.ts';
import { fitStandardiser, standardise } from '../../src/model/standardise.ts';
import { createRandom } from '../../src/util/random.ts';

const random = createRandom(3);

function problem(n: number, d: number, classes: number, c: number) {
  const labels = Array.from({ length: n }, (_, i) => i % classes);
  const features = Float64Array.from({ length: n * d }, (_, at) => {
    const own = at % d === (labels[Math.floor(at / d)] ?? 0) % d ? 1 : 0;
    return own + random.normal();
  });
  return {
    features,
    labels,
    dimensions: d,
    classes,
    c,
    classWeights: classWeights(labels, classes, 'none'),
  };
}

const test = suite('logistic regression');

test('ends where the gradient is zero, from strong to weak penalties', () => {
  for (const c of [1e-6, 1e-2, 1, 1e4]) {
    const fit = fitLogreg(problem(80, 5, 4, c));
    assert.ok(fit.converged, `c = ${c}: gradient ${fit.gradient} after ${fit.iterations}`);
    assert.ok(fit.gradient < 1e-9);
  }
});

test('converges on separable classes and on constant and repeated columns', () => {
  const labels = [0, 0, 1, 1, 2, 2];
  const features = Float64Array.from(labels.flatMap((label) => [label * 10, label * 10, 0, 1]));
  const fit = fitLogreg({
    ...{ features, labels, dimensions: 4, classes: 3, c: 1e6 },
    classWeights: classWeights(labels, 3, 'balanced'),
  });
  assert.ok(fit.converged);
  for (const [i, label] of labels.entries()) {
    assert.is(argmax(predictLogreg(fit, features.subarray(i * 4, i * 4 + 4))), label);
  }
});

test('converges on features that hardly change, or by far, whatever their scale', () => {
  // What is left of the gradient grows with the features: 1e-9 cannot be reached by all of these.
  for (const seed of [...Array(40).keys(), 187, 350]) {
    const own = createRandom(seed);
    const [n, d, classes] = [40 + own.integer(60), 4 + own.integer(8), 2 + own.integer(4)];
    const silent = Float64Array.from({ length: n * d }, () => {
      const click = own.next() < 0.05 ? 1e9 : 1;
      return -100 + 1e-5 * own.normal() * click;
    });
    const features = seed % 2 === 0 ? silent : standardise(silent, fitStandardiser(silent, d));
    const labels = Array.from({ length: n }, (_, i) => i % classes);
    const fit = fitLogreg({
      ...{ features, labels, dimensions: d, classes, c: seed % 3 === 0 ? 1e6 : 1 },
      classWeights: classWeights(labels, classes, 'balanced'),
    });
    assert.ok(fit.converged, `seed ${seed}: ${fit.gradient} after ${fit.iterations}`);
  }
});

test('with a strong penalty says the weighted class frequencies', () => {
  const one = {
    ...problem(60, 3, 2, 1e-9),
    labels: Array.from({ length: 60 }, (_, i) => (i < 15 ? 0 : 1)),
  };
  const [p = 0] = predictLogreg(fitLogreg(one), [0, 0, 0]);
  assert.ok(Math.abs(p - 0.25) < 1e-6, String(p));
  const balanced = { ...one, classWeights: classWeights(one.labels, 2, 'balanced') };
  const [q = 0] = predictLogreg(fitLogreg(balanced), [0, 0, 0]);
  assert.ok(Math.abs(q - 0.5) < 1e-6, String(q));
});

test('gives the same bits twice', () => {
  const one = problem(50, 6, 5, 1);
  assert.equal(fitLogreg(one), fitLogreg(one));
});

test('posteriors of huge scores stay finite and sum to 1', () => {
  const fit = { weights: Float64Array.of(1e5, -1e5), intercepts: Float64Array.of(0, 0) };
  assert.equal(predictLogreg(fit, [1]), [1, 0]);
});

test('a constant column is centred and left unscaled', () => {
  const rows = Float64Array.of(0.1, 1, 0.1, 3, 0.1, 5);
  const fit = fitStandardiser(rows, 2);
  assert.is(fit.scale[0], 1);
  const [a = 1, b] = standardise(rows, fit);
  assert.ok(Math.abs(a) < 1e-15);
  assert.ok(Math.abs((b ?? 0) + Math.sqrt(1.5)) < 1e-15);
});

test('the mean over frames is per band; without frames it is no number', () => {
  assert.equal(frameMean([1, 10, 3, 30], 2), Float64Array.of(2, 20));
  assert.ok(frameMean([], 2).every(Number.isNaN));
});

test('of equal values the first is the largest', () => {
  assert.is(argmax([0.2, 0.4, 0.4]), 1);
});

test.run();
