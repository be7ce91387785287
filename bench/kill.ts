import { parseArgs } from 'node:util';
import { writeChain } from '../test/engine/faults/chain.ts';
import { histogram, runKillTrials, summary } from '../test/engine/faults/kill-trials.ts';
import { Bench } from '../test/engine/faults/launch.ts';

// npm run build && node --import tsx bench/kill.ts [--kills 500] [--per-run 1] [--lanes 2] [--seed 1]
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    'per-run': { type: 'string', default: '1' },
    lanes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
using bench = new Bench();
const killsPerTrial = Number(values['per-run']);
let finished = 0;
const trials = await runKillTrials(bench, writeChain(bench.root, { own: true }), {
  trials: Math.ceil(Number(values.kills) / killsPerTrial),
  killsPerTrial,
  lanes: Number(values.lanes),
  firstSeed: Number(values.seed),
  onTrial({ seed, problems }) {
    finished++;
    for (const problem of problems) console.log(`seed ${seed}: ${problem}`);
    if (finished % 25 === 0) console.log(`${finished} runs`);
  },
});
console.log(`${summary(trials)}\n${histogram(trials)}`);
const bad = trials.filter(({ problems }) => problems.length > 0).length;
console.log('\n| what | runs | with problems |\n|---|---|---|');
console.log(`| kill -9 | ${trials.length} | ${bad} |`);
process.exitCode = bad === 0 ? 0 : 1;
