import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import {
  type Compared,
  compareWithRecord,
  otherOutputs,
  otherTask,
  tolerance,
} from '../../audit/recorded.ts';
import { CachePaths } from '../../engine/cache/paths.ts';
import { openScratch } from '../../engine/cache/scratch.ts';
import { planExperiment, runExperiment } from '../../engine/engine.ts';
import { type Selection, selectAll } from '../../engine/host.ts';
import type { Plan } from '../../engine/plan/types.ts';
import { readOutputs, readTasks, type StoredRun, stateOf } from '../../engine/record/runs.ts';
import type { Difference, FinishedRun } from '../../engine/run-types.ts';
import { commandLine } from '../../util/command-line.ts';
import { formatCount } from '../../util/count.ts';
import { parseArguments } from '../arguments.ts';
import { createReporter, quietAfterEnd } from '../choose-reporter.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { type Opened, openExperiment } from '../open-experiment.ts';
import { pickWholeRun } from '../pick-run.ts';
import { prepareFolders } from '../prepare-folders.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { checkGlob } from '../selection.ts';
import { listenForInterrupts } from '../signals.ts';
import { createStyle } from '../style.ts';
import { withConfig } from '../with-config.ts';
import { run } from './run.ts';

export const reproduce = defineCommand({
  name: 'reproduce',
  usage: '[RUN]',
  summary:
    'Computes every task of a run again from the same inputs, and compares the bytes. Exit code 3 when something differs.',
  positionals: { least: 0, most: 1 },
  options: {
    only: { type: 'list', value: 'A', summary: 'compute only tasks with this address again' },
    jobs: { type: 'integer', short: 'j', value: 'N', minimum: 1, summary: 'tasks at once' },
    json: { type: 'flag', summary: 'events as lines of JSON, then the verdict' },
  },
  examples: ['affekt reproduce', "affekt reproduce k7f3 --only 'cnn[fold=3]'"],
  async run({ options, positionals: [wanted = 'latest'], io }) {
    for (const glob of options.only) checkGlob(glob, '--only');
    let stored: StoredRun | undefined;
    let project = '';
    const code = await withConfig(io, (config) => {
      stored = pickWholeRun(config.settings['runs.path'], wanted, io.cwd);
      ({ project } = config);
      return exitCode.ok;
    });
    if (stored === undefined) return code;
    const before = parseArguments(run, stored.info.argv.slice(1));
    if (stored.info.state !== 'done' && options.only.length === 0) {
      throw new UsageError(
        `run ${stored.info.id} is not done: it is ${stateOf(stored.info)}`,
        'The same command continues it; --only repeats a part.',
      );
    }
    if (stored.info.quick) {
      throw new UsageError('a quick look is no result to reproduce', 'Run it without --quick.');
    }
    const [, ...overrides] = before.positionals;
    const opened = await openExperiment(io, [join(project, stored.info.spec), ...overrides], {
      ...(options.jobs !== undefined && { jobs: options.jobs }),
    });
    if (!opened.ok) {
      printDiagnostics(opened.error, io);
      return exitCode.usage;
    }
    const { only, until } = before.options as unknown as Selection;
    return compute(stored, opened.value, { ...selectAll, only, until }, options, io);
  },
});

async function compute(
  stored: StoredRun,
  { host, config, experiment }: Opened,
  part: Selection,
  { only, json }: { readonly only: readonly string[]; readonly json: boolean },
  io: Io,
): Promise<number> {
  prepareFolders(config);
  const planned = await planExperiment(host, experiment, part);
  if (!planned.ok) {
    printDiagnostics(planned.error, io);
    return exitCode.usage;
  }
  requireSame(stored, planned.value);
  const selection = { ...part, force: only.length > 0 ? only : ['**'] };

  const reporter = createReporter(json, host.jobs, io);
  const interrupt = listenForInterrupts((name) =>
    reporter.note(`${name}: waiting for tasks to end`),
  );
  const { ended, listener } = quietAfterEnd(reporter);
  // What is recomputed is no run of its own.
  const paths = new CachePaths(host.folders.cache);
  const scratch = openScratch(paths);
  const differences: Difference[] = [];
  let keep = false;
  try {
    const result = await runExperiment(
      { ...host, folders: { ...host.folders, runs: scratch.folder } },
      experiment,
      {
        ...{ selection, keepGoing: true, record: true, quick: false, argv: stored.info.argv },
        ...{ signal: interrupt.signal, listener },
        differs: (difference) => differences.push(difference),
      },
    );
    ended();
    if (!result.ok) {
      printDiagnostics(result.error, io);
      return exitCode.usage;
    }
    if (!('ran' in result.value)) throw new Error('nothing was computed');
    if (result.value.state === 'interrupted') return interrupt.code() ?? exitCode.interrupted;
    if (result.value.state === 'failed') {
      // Its logs are all that is left of it.
      keep = true;
      for (const { address, log } of result.value.failures) {
        io.err.write(
          `${address} failed; log ${join(result.value.folder, 'logs', basename(log))}\n`,
        );
      }
      return exitCode.failed;
    }
    const here = cpus()[0]?.model ?? 'unknown';
    const compared = differences.map((one) => compareWithRecord(one, paths, here));
    const other = differences.length > 0 ? undefined : otherThan(stored, result.value);
    return conclude(
      stored,
      { ran: result.value.ran, differences: compared, other, here },
      { json, io },
    );
  } finally {
    ended();
    interrupt.dispose();
    if (keep) scratch.keep();
    else scratch.remove();
  }
}

/** Other inputs, code or params make other tasks: there is nothing to compare then. */
function requireSame({ folder, info }: StoredRun, { stages }: Plan): void {
  const planned = stages.flatMap(({ tasks }) => tasks);
  const other = otherTask(readTasks(folder), planned, { unknown: 'same' });
  if (other === undefined) return;
  throw new UsageError(
    `run ${info.id} cannot be repeated: ${other} would be made of other inputs, params or code`,
    `affekt why ${info.spec} '${other}' names them. What the run had is in ${folder}: spec.yaml, provenance.json (its commit), environment.json.`,
  );
}

/**
 * The first thing that is not what the run had, where no record stood to compare with. Keys hold the digests of
 * what a task reads, so equal tasks and equal outputs of stages leave nothing that could differ.
 */
function otherThan({ folder }: StoredRun, { tasks, outputs }: FinishedRun): string | undefined {
  const before = readOutputs(folder);
  const [output] = otherOutputs(
    outputs,
    (address, port, digest) => before[address]?.[port] === digest,
  );
  return otherTask(readTasks(folder), tasks, { unknown: 'other' }) ?? output?.address;
}

interface Outcome {
  readonly ran: number;
  readonly differences: readonly Compared[];
  /** Address of what is another task, or gave another output, than in the run. */
  readonly other: string | undefined;
  /** Class of this processor. */
  readonly here: string;
}

function conclude(
  { info }: StoredRun,
  { ran, differences, other, here }: Outcome,
  { json, io }: { readonly json: boolean; readonly io: Io },
): number {
  const wrong = differences.filter(({ excused }) => !excused);
  const good = wrong.length === 0 && other === undefined;
  const code = good ? exitCode.ok : exitCode.negative;
  if (json) {
    const verdict = good ? 'reproduced' : 'differs';
    const run = info.id;
    io.out.write(`${JSON.stringify({ type: 'verdict', run, verdict, ran, differences })}\n`);
    return code;
  }
  const { green, red, bold, dim } = createStyle(io.out.colour);
  for (const one of differences) {
    const by = Number.isNaN(one.largest)
      ? 'in its digest; the bytes made before are gone or damaged'
      : Number.isFinite(one.largest)
        ? `by ${one.largest.toPrecision(2)}`
        : 'in more than numbers';
    const files = one.files.map(({ file }) => file);
    const names = files.length > 3 ? `${files.slice(0, 3).join(', ')} …` : files.join(', ');
    const sign = one.excused ? dim('rounded ') : red('differs ');
    io.out.write(`${sign} ${bold(one.address)} ${by}: ${names}\n`);
    if (one.keptOn !== here) io.out.write(dim(`          made on ${one.keptOn}, here ${here}\n`));
  }
  if (other !== undefined) {
    io.out.write(
      red(
        `NOT REPRODUCED: ${other} is made of other inputs, params or code than in run ${info.id}\n`,
      ),
    );
    return code;
  }
  const equal = ran - differences.length;
  const bytes = `${equal} of ${formatCount(ran, 'task')} gave the same bytes`;
  io.out.write(
    wrong.length === 0
      ? green(
          `reproduced: ${bytes}${differences.length > 0 ? `, the rest within ${tolerance}` : ''}\n`,
        )
      : red(`NOT REPRODUCED: ${bytes}; the first that differs is ${wrong[0]?.address}\n`),
  );
  const command = commandLine(info.argv);
  io.out.write(dim(`run ${info.id}: ${command}\n`));
  return code;
}
