import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { samplesOf, startLoadMeter } from '../../src/util/load-meter.ts';

const test = suite('load of this process');

test('the processor time between two looks over the time between them', () => {
  const marks = [
    { at: 0, used: 100, memory: 1 },
    { at: 10_000, used: 5_100, memory: 2 },
    { at: 10_500, used: 6_100, memory: 3 },
  ];
  assert.equal(samplesOf(marks), [
    { at: 10_000, cpu: 0.5, memory: 2 },
    { at: 10_500, cpu: 2, memory: 3 },
  ]);
});

test('looks at the same moment say nothing', () => {
  const mark = { at: 5, used: 1, memory: 1 };
  assert.equal(samplesOf([mark, mark]), []);
});

test('of a process that works all the time, what Node itself counts for it', () => {
  const [meter, before] = [startLoadMeter(), process.cpuUsage()];
  const until = performance.now() + 300;
  let n = 0;
  while (performance.now() < until) n += Math.sqrt(n);
  const { user, system } = process.cpuUsage(before);
  const [sample, ...more] = meter.stop();
  assert.equal(more, []);
  assert.ok(sample !== undefined && sample.at >= 300);
  // Both looks at the clock of the processor are within the same few milliseconds.
  assert.ok(Math.abs(sample.cpu * sample.at - (user + system) / 1000) < 20);
  assert.ok(sample.memory > 1e7, `${sample.memory} bytes`);
});

test.run();
