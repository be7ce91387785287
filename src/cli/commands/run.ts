import { runExperiment } from '../../engine/engine.ts';
import { createReporter, quietAfterEnd } from '../choose-reporter.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { openExperiment } from '../open-experiment.ts';
import { prepareFolders } from '../prepare-folders.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { jsonResult, printResult } from '../run-summary.ts';
import { readSelection, selectionOptions } from '../selection.ts';
import { listenForInterrupts } from '../signals.ts';
import { followRun } from '../tracking/follow-run.ts';
import { confirmSearches } from '../tune/confirm.ts';

export const run = defineCommand({
  name: 'run',
  usage: 'SPEC [STAGE.PARAM=VALUE]...',
  summary: 'Runs what changed of an experiment, and ends with its result.',
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  options: {
    ...selectionOptions,
    jobs: { type: 'integer', short: 'j', value: 'N', minimum: 1, summary: 'tasks at once' },
    'keep-going': { type: 'flag', summary: 'after a failure, still run what does not need it' },
    record: { type: 'flag', summary: 'make a run folder even when there is nothing to do' },
    quick: { type: 'flag', summary: 'less data, two folds: a look at whether it works, no result' },
    json: { type: 'flag', summary: 'events as lines of JSON on stdout' },
    yes: {
      type: 'flag',
      summary: 'start a search that takes longer than the configuration allows',
    },
    'no-track': { type: 'flag', summary: 'send nothing to a tracking server' },
  },
  examples: [
    'affekt run experiments/demo.yaml',
    'affekt run experiments/demo.yaml mel.n_mels=40 --only mel',
    "affekt run experiments/baseline.yaml --force 'cnn[fold=3]'",
  ],
  async run({ options, positionals, argv, io }) {
    const selection = readSelection(options);
    const opened = await openExperiment(io, positionals, options);
    if (!opened.ok) return refuse(opened.error, options.json, io);
    const { host, config, experiment, warnings } = opened.value;
    prepareFolders(config);
    if (!options.json && warnings.length > 0) {
      printDiagnostics(warnings, io);
      io.err.write('\n');
    }

    const reporter = createReporter(options.json, host.jobs, io);
    const interrupt = listenForInterrupts((name) => {
      const again = name === 'SIGINT' ? '; Ctrl-C again ends at once' : '';
      reporter.note(`stopping: waiting for tasks to end${again}`);
    });
    const { ended, listener } = quietAfterEnd(reporter);
    const tracked = options['no-track'] || options.quick ? undefined : await followRun(config, io);
    try {
      const result = await runExperiment(host, experiment, {
        selection,
        ...(!options.quick && {
          planned: (stages) => {
            const tell = (line: string): void => void io.err.write(`${line}\n`);
            confirmSearches(stages, opened.value, { confirmed: options.yes, tell });
          },
        }),
        keepGoing: options['keep-going'],
        record: options.record,
        quick: options.quick,
        argv,
        signal: interrupt.signal,
        listener(event) {
          tracked?.listener(event);
          listener(event);
        },
        report: async (finished) => {
          try {
            // Loaded only by a run that did something.
            const { writeReport } = await import('../write-report.ts');
            await writeReport(finished, undefined);
          } catch (error) {
            // A page is worth less than the run it tells of.
            io.err.write(`the report could not be written: ${(error as Error).message}\n`);
          }
        },
      });
      ended();
      if (!result.ok) return refuse(result.error, options.json, io);
      // Which folds there are shows when their split is made, and on an empty cache that is a task.
      if ('unmatched' in result.value && result.value.unmatched.length > 0)
        refuse(result.value.unmatched, options.json, io);
      if ('folder' in result.value) await refreshRunsPage(host.folders.runs);
      if (options.json) jsonResult(result.value, io.out);
      else await printResult(result.value, io);
      await tracked?.tell(options.json);
      if (result.value.state === 'interrupted') return interrupt.code() ?? exitCode.interrupted;
      if (result.value.state === 'done' && result.value.unmatched.length > 0) return exitCode.usage;
      return result.value.state === 'failed' ? exitCode.failed : exitCode.ok;
    } finally {
      ended();
      interrupt.dispose();
    }
  },
});

/** `runs/index.html` is a convenience: a full disk must not turn a good run into a failed one. */
async function refreshRunsPage(folder: string): Promise<void> {
  try {
    const { writeRunsPage } = await import('../write-report.ts');
    writeRunsPage(folder);
  } catch {
    // The next run writes it.
  }
}

function refuse(
  diagnostics: Parameters<typeof printDiagnostics>[0],
  json: boolean,
  io: Io,
): number {
  if (json) {
    for (const diagnostic of diagnostics) {
      io.out.write(`${JSON.stringify({ type: 'diagnostic', ...diagnostic })}\n`);
    }
  } else printDiagnostics(diagnostics, io);
  return exitCode.usage;
}
