import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readCorpus } from '../../artifacts/corpus.ts';
import { readFeaturesDefinition } from '../../artifacts/features.ts';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import { evicted } from '../../engine/cache/evicted.ts';
import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import { openScratch } from '../../engine/cache/scratch.ts';
import { loadExperiment, runExperiment } from '../../engine/engine.ts';
import { type Host, selectAll } from '../../engine/host.ts';
import { readTasks, type StoredRun } from '../../engine/record/runs.ts';
import type { RunView } from '../../engine/run-types.ts';
import { wordFailure } from '../../report/failure-words.ts';
import type { SpecStage } from '../../report/spec-stages.ts';
import { createReporter, quietAfterEnd } from '../choose-reporter.ts';
import { UsageError } from '../command.ts';
import type { Config } from '../config.ts';
import { exitCode } from '../exit-code.ts';
import { createHost } from '../host.ts';
import type { Io } from '../io.ts';
import { makesAgain } from '../makes-again.ts';
import { prepareFolders } from '../prepare-folders.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { listenForInterrupts } from '../signals.ts';
import { frontEndOf } from './front-end.ts';
import { type BadRecording, layOut, type Recordings } from './recordings.ts';
import { requireSameMaking } from './same-making.ts';

export interface MadeFeatures {
  readonly features: ArtifactFiles;
  readonly functionals: ArtifactFiles | undefined;
  /** Names of the files by the id of their features. */
  readonly recordings: Recordings;
  /** Recordings that cannot be used. */
  readonly bad: readonly BadRecording[];
}

/** Features of the recordings by the stages that the run had; an exit code where that failed. */
export async function makeFeatures(
  found: readonly string[],
  given: {
    readonly run: RunView;
    readonly stored: StoredRun;
    readonly stages: readonly SpecStage[];
    readonly seed: number;
    readonly trained: SpecStage;
    readonly config: Config;
    readonly io: Io;
  },
): Promise<MadeFeatures | number> {
  const { run, stored, stages, seed, trained, config, io } = given;
  const [features = '', functionals] = ['features', 'functionals'].map(
    (port) => trained.inputs[port]?.[0],
  );
  const wanted = [features, ...(functionals === undefined ? [] : [functionals])];
  prepareFolders(config);
  const host = createHost(config, io.env);
  const scratch = openScratch(new CachePaths(host.folders.cache));
  const reporter = createReporter(false, host.jobs, { ...io, out: io.err });
  const interrupt = listenForInterrupts((name) =>
    reporter.note(`${name}: waiting for tasks to end`),
  );
  const { ended, listener } = quietAfterEnd(reporter);
  try {
    const { recordings, bad: unread } = layOut(found, io.cwd, scratch.folder);
    const front = frontEndOf(stages, wanted, {
      fetch: { files: 'audio/*', table: 'table.csv', name: 'predict', on_bad_file: 'skip' },
      own: await ownStages(host, stages, join(config.project, stored.info.spec)),
      seed,
    });
    const file = join(scratch.folder, 'predict.json');
    writeFileSync(file, JSON.stringify(front.spec));
    const loaded = await loadExperiment(host, file, []);
    if (!loaded.ok) {
      printDiagnostics(loaded.error, io);
      return exitCode.usage;
    }
    const runs = join(scratch.folder, 'runs');
    mkdirSync(runs);
    const result = await runExperiment(
      // What the models are made of must not be evicted before they are asked.
      { ...host, folders: { ...host.folders, runs }, maxCacheBytes: null },
      loaded.value,
      {
        ...{
          selection: selectAll,
          keepGoing: false,
          record: true,
          quick: false,
          argv: ['predict'],
        },
        signal: interrupt.signal,
        // What is looked at is no run: nobody could show one of its id.
        listener: (event) => event.type !== 'run-started' && listener(event),
      },
    );
    ended();
    if (!result.ok) {
      printDiagnostics(result.error, io);
      return exitCode.usage;
    }
    if (result.value.state === 'interrupted') return interrupt.code() ?? exitCode.interrupted;
    if ('failures' in result.value && result.value.failures.length > 0) {
      for (const { failure } of result.value.failures) {
        const { message, hint } = wordFailure(failure);
        io.err.write(
          `${withNames(message, recordings)}\n${hint === undefined ? '' : `  ${hint}\n`}`,
        );
      }
      return exitCode.failed;
    }
    const view = result.value;
    if ('tasks' in view) {
      const records = new Records(new CachePaths(host.folders.cache));
      requireSameMaking(front.made, readTasks(stored.folder), view.tasks, records);
    }
    const opened = wanted.map((address) => {
      const files = view.artifact(front.made.get(address) ?? '', 'features');
      if (files === undefined) throw new Error(`${address} was not made again`);
      requireSame(address, run, stored, files);
      return files;
    });
    const [first, second] = opened;
    if (first === undefined) throw new Error('no features');
    const corpus = view.artifact(front.corpus, 'corpus');
    const { bad = [], cut = [] } = corpus === undefined ? {} : readCorpus(corpus).info;
    for (const file of cut) {
      io.err.write(
        `${recordings.get(file)?.join(', ') ?? file}: cut short, taken as far as it goes\n`,
      );
    }
    return {
      features: first,
      functionals: second,
      recordings,
      bad: [
        ...unread,
        ...bad.map(({ file, reason }) => ({
          file: recordings.get(file)?.join(', ') ?? file,
          reason,
        })),
      ],
    };
  } finally {
    ended();
    interrupt.dispose();
    scratch.remove();
  }
}

/** The stages know recordings by number: lines that begin with one get the names of its files. */
function withNames(message: string, recordings: Recordings): string {
  return message.replaceAll(
    /^(\s*)(\d+(?:\.\w+)?):/gm,
    (_, space: string, id: string) => `${space}${recordings.get(id)?.join(', ') ?? id}:`,
  );
}

/** Own stages of the recorded spec by kind, where there are some; they lie where that spec names them. */
async function ownStages(
  host: Host,
  stages: readonly SpecStage[],
  file: string,
): Promise<ReadonlyMap<string, string>> {
  if (stages.every(({ kind }) => kind in host.kinds)) return new Map();
  const loaded = await loadExperiment(host, file, []);
  if (!loaded.ok) {
    throw new UsageError(
      `own stages of the run are found through ${file}, which cannot be read`,
      `affekt plan ${file} says why.`,
    );
  }
  return new Map(Object.entries(loaded.value.own).map(([path, { kind }]) => [kind.kind, path]));
}

/** What the models learned must mean the same here: a native sample rate may differ, say. */
function requireSame(
  address: string,
  run: RunView,
  { info }: StoredRun,
  made: ArtifactFiles,
): void {
  const recorded = run.artifact(address, 'features');
  // A target that only a search trained had no features of its own.
  if (recorded === undefined) return;
  if (!existsSync(recorded.path('features.json'))) {
    throw new UsageError(
      `features of ${address} were ${evicted}, so nothing tells whether these are alike`,
      `${makesAgain(info)}.`,
    );
  }
  const [before, now] = [recorded, made].map(readFeaturesDefinition);
  if (isDeepStrictEqual(before, now)) return;
  const other = Object.keys(before ?? {}).filter(
    (key) => !isDeepStrictEqual(before?.[key as 'kind'], now?.[key as 'kind']),
  );
  throw new UsageError(
    `features of the recordings are not those that ${address} had: ${other.join(', ')} differ`,
    'Train with a fixed sample_rate, or bring the recordings to that of the corpus.',
  );
}
