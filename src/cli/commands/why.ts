import { join } from 'node:path';
import { explainExperiment } from '../../engine/engine.ts';
import { findRun } from '../../engine/record/runs.ts';
import { parseArguments } from '../arguments.ts';
import { defineCommand, UsageError } from '../command.ts';
import { resolveConfig } from '../config.ts';
import { exitCode } from '../exit-code.ts';
import { formatExplanations } from '../explanation-text.ts';
import type { Io } from '../io.ts';
import { openExperiment } from '../open-experiment.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { checkGlob, isOverride } from '../selection.ts';
import { run } from './run.ts';

export const why = defineCommand({
  name: 'why',
  usage: '[SPEC] ADDRESS [STAGE.PARAM=VALUE]...',
  summary: 'Shows field by field why a task would run, or what its cached result is made of.',
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  options: {
    json: { type: 'flag', summary: 'as JSON' },
  },
  examples: [
    'affekt why experiments/demo.yaml mel mel.n_mels=40',
    "affekt why 'cnn[fold=3]'            # of the spec that ran last",
  ],
  async run({ options, positionals, io }) {
    const overrides = positionals.filter(isOverride);
    const [first = '', second, ...more] = positionals.filter((text) => !isOverride(text));
    if (more.length > 0) throw new UsageError(`unexpected argument "${more[0]}"`);
    const isSpec = /\.ya?ml$/.test(first);
    if (isSpec && second === undefined) {
      throw new UsageError('an address is missing', `For example: affekt why ${first} mel`);
    }
    if (!isSpec && second !== undefined) {
      throw new UsageError(`"${first}" is not a spec file`, 'Usage: affekt why [SPEC] ADDRESS');
    }
    const address = isSpec ? (second ?? '') : first;
    checkGlob(address, 'address');
    const spec = isSpec ? [first] : await lastSpec(io);
    const opened = await openExperiment(io, [...spec, ...overrides]);
    if (!opened.ok) {
      printDiagnostics(opened.error, io);
      return exitCode.usage;
    }
    const { host, experiment } = opened.value;
    const explained = await explainExperiment(host, experiment, address);
    if (!explained.ok) {
      printDiagnostics(explained.error, io);
      return exitCode.usage;
    }
    if (options.json) io.out.write(`${JSON.stringify(explained.value, null, 2)}\n`);
    else io.out.write(formatExplanations(explained.value, io.out.colour));
    return exitCode.ok;
  },
});

/** Spec and overrides of the run that was made last. */
async function lastSpec(io: Io): Promise<readonly string[]> {
  const config = await resolveConfig(io);
  const last = config.ok ? findRun(config.value.settings['runs.path'], 'latest') : undefined;
  if (last === undefined || !config.ok) {
    throw new UsageError('there is no run yet', 'Name the spec: affekt why SPEC ADDRESS');
  }
  const { positionals } = parseArguments(run, last.info.argv.slice(1));
  return [join(config.value.project, last.info.spec), ...positionals.slice(1)];
}
