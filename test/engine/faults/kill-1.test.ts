import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeChain } from './chain.ts';
import { histogram, runKillTrials, summary } from './kill-trials.ts';
import { Bench } from './launch.ts';

const test = suite('kill -9 at random');

test('the same command completes with the same bytes, and only what was in flight is redone', async () => {
  using bench = new Bench();
  const options = { trials: 4, killsPerTrial: 5, lanes: 1, firstSeed: 1 };
  const trials = await runKillTrials(bench, writeChain(bench.root), options);
  process.stdout.write(`${summary(trials)}${histogram(trials)}`);
  for (const { seed, problems } of trials) assert.equal(problems, [], `seed ${seed}`);
  const kills = trials.flatMap((trial) => trial.kills);
  assert.is(kills.length, 20);
  const inside = kills.filter(({ inWindow }) => inWindow).length;
  assert.ok(inside >= 0.8 * kills.length, `${inside} of ${kills.length} kills met a run at work`);
});

test.run();
