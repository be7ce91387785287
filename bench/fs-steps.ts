import { writeFiles } from '../test/engine/faults/chain.ts';
import { type Step, StepLoop, tryAll, twoPrograms } from '../test/engine/faults/fs-steps.ts';
import { Bench } from '../test/engine/faults/launch.ts';

// Every file-system step of a run × every fault. npm run build && node --import tsx bench/fs-steps.ts
using bench = new Bench();
writeFiles(bench.root, { 'two.yaml': twoPrograms });
const loop = new StepLoop(bench, 'two.yaml');
const counts = await loop.count();
const steps: Step[] = [];
for (const role of ['engine', 'worker'] as const) {
  for (let n = 1; n <= counts[role]; n++) {
    for (const action of ['kill', 'ENOSPC', 'EIO', 'EACCES', 'EMFILE'] as const)
      steps.push({ role, n, action });
  }
}
const problems = await tryAll(loop, steps, 2);
for (const problem of problems) console.log(problem);
console.log(`${steps.length} faults, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
