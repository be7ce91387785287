import { stageName } from '../../engine/address.ts';
import { planExperiment } from '../../engine/engine.ts';
import { selectAll } from '../../engine/host.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { openExperiment } from '../open-experiment.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { isOverride } from '../selection.ts';
import { createStyle } from '../style.ts';
import { statusOf } from '../tune/status.ts';
import { formatStatus, type TuneStatus } from '../tune/status-text.ts';
import { writeBest } from '../tune/write-best.ts';

export const tune = defineCommand({
  name: 'tune',
  usage: { status: 'SPEC [STAGE.PARAM=VALUE]...', best: 'SPEC FILE [STAGE.PARAM=VALUE]...' },
  summary: 'Shows how far the searches of a spec are, or writes a spec with what one chose.',
  positionals: { least: 2, most: Number.POSITIVE_INFINITY },
  options: {
    outer: {
      type: 'integer',
      value: 'N',
      minimum: 1,
      summary: 'best: of this outer fold; each has a search of its own',
    },
    stage: { type: 'text', value: 'A', summary: 'the search, where the spec has several' },
    json: { type: 'flag', summary: 'status: as JSON' },
  },
  examples: [
    'affekt tune status experiments/tune.yaml',
    'affekt tune best experiments/tune.yaml experiments/best.yaml --outer 1',
  ],
  async run({ options, positionals: [action, ...rest], io }) {
    const overrides = rest.filter(isOverride);
    const [spec = '', file, ...more] = rest.filter((text) => !isOverride(text));
    const extra = action === 'status' ? file : more[0];
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`);
    if (action === 'best' && file === undefined) {
      throw new UsageError('the file to write is missing', `affekt tune best ${spec} best.yaml`);
    }
    const opened = await openExperiment(io, [spec, ...overrides]);
    if (!opened.ok) {
      printDiagnostics(opened.error, io);
      return exitCode.usage;
    }
    const planned = await planExperiment(opened.value.host, opened.value.experiment, selectAll);
    if (!planned.ok) {
      printDiagnostics(planned.error, io);
      return exitCode.usage;
    }
    const stages = planned.value.stages.filter(
      ({ kind, address }) =>
        kind === 'tune' &&
        (options.stage === undefined || [address, stageName(address)].includes(options.stage)),
    );
    if (stages.length === 0) {
      throw new UsageError(
        options.stage === undefined
          ? `${spec} has no stage that searches`
          : `${spec} has no search "${options.stage}"`,
        'Add one with uses: tune (docs/tuning.md).',
      );
    }
    const found = stages.map((stage) => statusOf(stage, planned.value.stages, opened.value.host));
    if (action === 'status') return showStatus(found, options.json, io);
    await writeBest(found, {
      ...{ spec, overrides, file: file ?? '', outer: options.outer, cwd: io.cwd },
      opened: opened.value,
    });
    io.out.write(`${file}\n`);
    return exitCode.ok;
  },
});

function showStatus(found: readonly (TuneStatus | string)[], json: boolean, io: Io): number {
  if (json) {
    const told = found.filter((one) => typeof one !== 'string');
    io.out.write(`${JSON.stringify(told, null, 2)}\n`);
    return exitCode.ok;
  }
  const style = createStyle(io.out.colour);
  for (const one of found) {
    io.out.write(
      typeof one === 'string'
        ? `${one}  has not begun: what it reads is not made yet\n`
        : formatStatus(one, style),
    );
  }
  return exitCode.ok;
}
