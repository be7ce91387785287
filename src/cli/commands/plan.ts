import { planExperiment } from '../../engine/engine.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { openExperiment } from '../open-experiment.ts';
import { formatPlan } from '../plan-text.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { readSelection, selectionOptions } from '../selection.ts';
import { searchCosts } from '../tune/confirm.ts';

export const plan = defineCommand({
  name: 'plan',
  usage: 'SPEC [STAGE.PARAM=VALUE]...',
  summary: 'Shows what a run would do and how long it may take, and runs nothing.',
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  options: {
    ...selectionOptions,
    jobs: {
      type: 'integer',
      short: 'j',
      value: 'N',
      minimum: 1,
      summary: 'estimate for N at once',
    },
    quick: { type: 'flag', summary: 'of a quick look: less data, two folds' },
    json: { type: 'flag', summary: 'the plan as JSON, with every task and key' },
  },
  examples: [
    'affekt plan experiments/baseline.yaml',
    'affekt plan experiments/demo.yaml mel.n_mels=40',
  ],
  async run({ options, positionals, io }) {
    const selection = readSelection(options);
    const opened = await openExperiment(io, positionals, options);
    if (!opened.ok) {
      printDiagnostics(opened.error, io);
      return exitCode.usage;
    }
    const { host, experiment, warnings } = opened.value;
    if (warnings.length > 0) {
      printDiagnostics(warnings, io);
      io.err.write('\n');
    }
    const planned = await planExperiment(host, experiment, selection, options.quick);
    if (!planned.ok) {
      printDiagnostics(planned.error, io);
      return exitCode.usage;
    }
    const value = planned.value;
    if (options.json) io.out.write(`${JSON.stringify(value, null, 2)}\n`);
    else {
      io.out.write(formatPlan(value, host.jobs, io.out.colour));
      for (const { stage, cost } of searchCosts(value.stages, host)) {
        io.out.write(`${stage.address}: ${cost}\n`);
      }
    }
    if (value.problems !== undefined && value.problems.length > 0 && !options.json) {
      io.err.write('\n');
      printDiagnostics(value.problems, io);
    }
    return value.stages.some(({ status }) => status === 'blocked') ? exitCode.usage : exitCode.ok;
  },
});
