import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { planExperiment } from '../../engine/engine.ts';
import { selectAll } from '../../engine/host.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { type Opened, openExperiment } from '../open-experiment.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { isOverride } from '../selection.ts';
import { createStyle } from '../style.ts';
import { bestOf, bestSpec } from '../tune/best-spec.ts';
import { statusOf } from '../tune/status.ts';
import { formatStatus, type TuneStatus } from '../tune/status-text.ts';

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
    stage: { type: 'text', value: 'NAME', summary: 'the search, where the spec has several' },
    json: { type: 'flag', summary: 'status: as JSON' },
    profile: { type: 'text', value: 'P', summary: 'use a profile of the configuration' },
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
    const opened = await openExperiment(io, [spec, ...overrides], options);
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
        kind === 'tune' && (options.stage === undefined || nameOf(address) === options.stage),
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
    return writeBest(found, {
      spec,
      file: file ?? '',
      outer: options.outer,
      opened: opened.value,
      io,
    });
  },
});

function nameOf(address: string): string {
  return address.replace(/\[.*$/, '');
}

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

function writeBest(
  found: readonly (TuneStatus | string)[],
  {
    spec,
    file,
    outer,
    opened,
    io,
  }: {
    readonly spec: string;
    readonly file: string;
    readonly outer: number | undefined;
    readonly opened: Opened;
    readonly io: Io;
  },
): number {
  const [one, other] = found;
  if (other !== undefined) {
    throw new UsageError('the spec has several searches', 'Say which: --stage NAME.');
  }
  if (one === undefined || typeof one === 'string') {
    throw new UsageError('the search has not begun', `affekt run ${spec}`);
  }
  const nested = one.ended.some((trial) => trial.outer !== null);
  if (nested && outer === undefined) {
    throw new UsageError(
      `${nameOf(one.address)} searched in each of ${one.searches} outer folds, and each has its own best trial`,
      'Say which: --outer 1. One for all comes from a search with selection: shared; the number to report is the nested one.',
    );
  }
  const own = one.ended.filter((trial) => !nested || trial.outer === outer);
  const best = bestOf(own);
  if (best === undefined) {
    throw new UsageError('no trial of that search is complete yet', `affekt tune status ${spec}`);
  }
  const path = resolve(io.cwd, file);
  if (existsSync(path)) throw new UsageError(`${file} exists`, 'Name a new file.');
  const base = relative(dirname(path), opened.experiment.file);
  const count = own.length;
  const text = bestSpec({
    base: base.startsWith('.') ? base : `./${base}`,
    name: basename(path).replace(/\.ya?ml$/, ''),
    search: nameOf(one.address),
    target: one.target,
    set: best.set,
    stages: opened.experiment.spec.stages,
    comment: `Trial ${best.trial} of the search "${nameOf(one.address)}"${nested ? ` in outer fold ${outer}` : ''}, the best of ${count} so far: ${(100 * (best.value ?? 0)).toFixed(1)} %\non clips to choose by. A number on these speakers is too good; the search's own is not.`,
  });
  writeFileSync(path, text);
  io.out.write(`${file}\n`);
  return exitCode.ok;
}
