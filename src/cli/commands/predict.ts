import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelDescription } from '../../artifacts/models.ts';
import { stageName } from '../../engine/address.ts';
import { evicted } from '../../engine/cache/evicted.ts';
import type { StoredRun } from '../../engine/record/runs.ts';
import type { RunView } from '../../engine/run-types.ts';
import { type SpecStage, specStages } from '../../report/spec-stages.ts';
import type { JsonObject } from '../../util/json.ts';
import { parseDocument } from '../../util/yaml.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { makesAgain } from '../makes-again.ts';
import { pickRun } from '../pick-run.ts';
import { formatJudged, toCsv } from '../predict/judged-text.ts';
import { makeFeatures } from '../predict/make-features.ts';
import { judge, type ModelSet, modelFiles } from '../predict/posteriors.ts';
import { findRecordings } from '../predict/recordings.ts';
import { recordedArtifacts } from '../report/artifacts.ts';
import { openStoredRun } from '../report/stored-run.ts';
import { withConfig } from '../with-config.ts';

export const predict = defineCommand({
  name: 'predict',
  usage: 'RUN FILE...',
  summary:
    'Tells the emotion of recordings by the models of a run: the mean of all folds and seeds. FILE is a recording, or a folder of some.',
  positionals: { least: 2, most: Number.POSITIVE_INFINITY },
  options: {
    models: { type: 'text', value: 'STAGE', summary: 'whose models, where a run has several' },
    csv: { type: 'flag', summary: 'a table with the probability of every emotion' },
    jobs: { type: 'integer', short: 'j', value: 'N', minimum: 1, summary: 'tasks at once' },
  },
  examples: ['affekt predict latest call.wav', 'affekt predict k7f3 recordings/ --csv > told.csv'],
  async run({ options, positionals: [wanted = 'latest', ...named], io }) {
    const found = findRecordings(named, io.cwd);
    return withConfig(
      io,
      async (config) => {
        const stored = pickRun(config.settings['runs.path'], wanted, io.cwd);
        const run = openStoredRun(stored, config.settings['cache.path']);
        const { stages, seed } = readResolved(stored);
        const set = pickModels(run, options.models, stored);
        const trained = trainedBy(stages, set.address);
        refuseParams(set, trained);
        const made = await makeFeatures(found, {
          ...{ run, stored, stages, seed, trained, config, io },
        });
        if (typeof made === 'number') return made;
        const judged = await judge(set, made.features, made.functionals);
        const { labels } = set.description;
        const rows = judged.flatMap((one) =>
          (made.recordings.get(one.id) ?? []).map((file) => ({ ...one, file })),
        );
        const count = modelFiles(set.files).length;
        io.out.write(
          options.csv
            ? toCsv(rows, labels, count)
            : formatJudged(rows, { labels, count, set: set.address, run: stored.info.id }),
        );
        for (const { file, reason } of made.bad) io.err.write(`${file}: ${reason}\n`);
        return made.bad.length > 0 ? exitCode.failed : exitCode.ok;
      },
      { jobs: options.jobs },
    );
  },
});

function readResolved({ folder, info }: StoredRun): {
  readonly stages: readonly SpecStage[];
  readonly seed: number;
} {
  try {
    const resolved = parseDocument(readFileSync(join(folder, 'resolved.yaml'), 'utf8')).toJS();
    return { stages: specStages(resolved), seed: Number(resolved.seed) };
  } catch (error) {
    throw new UsageError(
      `resolved.yaml of run ${info.id} cannot be read: ${(error as Error).message}`,
      `${makesAgain(info)}.`,
    );
  }
}

/** The models that are asked for, or the only ones that can predict. */
function pickModels(
  run: RunView,
  wanted: string | undefined,
  { info }: StoredRun,
): ModelSet & { readonly address: string } {
  const able = recordedArtifacts(run, 'models').filter(({ files }) => modelFiles(files).length > 0);
  const names = able.map(({ address }) => address).join(', ');
  if (able.length === 0) {
    throw new UsageError(
      `run ${info.id} has no models that can predict`,
      `Train some: affekt run ${info.spec}`,
    );
  }
  const fitting = wanted === undefined ? able : able.filter(({ address }) => address === wanted);
  const [first, ...more] = fitting;
  if (first === undefined || more.length > 0) {
    throw new UsageError(
      first === undefined
        ? `no models of "${wanted}" in run ${info.id} can predict`
        : `run ${info.id} has several sets of models`,
      `Choose one with --models: ${names}.`,
    );
  }
  const lost = ['model.json', ...modelFiles(first.files)].some(
    (file) => !existsSync(first.files.path(file)),
  );
  if (lost) {
    throw new UsageError(`models of ${first.address} were ${evicted}`, `${makesAgain(info)}.`);
  }
  const description = readModelDescription(first.files);
  if (description.enrolment !== null) {
    throw new UsageError(
      `the models of ${first.address} adapt to a speaker by clips of theirs, which predict does not know`,
      'Train without enrolment to predict single recordings.',
    );
  }
  return { ...first, description };
}

/** The stage that trained: the target of a search, whose params may have been varied. */
function trainedBy(stages: readonly SpecStage[], address: string): SpecStage {
  const stage = stages.find((one) => one.address === address);
  const target = stage?.inputs['target']?.[0];
  const trained = target === undefined ? stage : stages.find((one) => one.address === target);
  if (trained?.inputs['features'] === undefined) {
    throw new UsageError(
      `${address} does not read features, so what it would be told of a recording is not known`,
      'Models of train-kfold can predict.',
    );
  }
  return trained;
}

/** What a search chose for each fold must not reach into how features are made, nor may clips be cut. */
function refuseParams(
  { description, address }: ModelSet & { address: string },
  trained: SpecStage,
): void {
  const searches = description.params['searches'] as readonly { set: JsonObject }[] | undefined;
  const chosen = (searches ?? []).flatMap(({ set }) => Object.entries(set));
  // A choice names the stage, in whatever variant it was made.
  const name = stageName(trained.address);
  const front = chosen.find(([path]) => !path.startsWith(`${name}.`));
  if (front !== undefined) {
    throw new UsageError(
      `${address} chose ${front[0]} for each fold by itself, so its models do not take the same features`,
      'affekt tune best writes a spec with one choice: run it, and predict with its models.',
    );
  }
  const windows = [
    trained.params['windows'],
    ...chosen.filter(([path]) => path === `${name}.windows`).map(([, value]) => value),
  ];
  if (windows.every((one) => one === null || one === undefined)) return;
  throw new UsageError(
    `the models of ${address} score windows of a clip, and predict gives them whole recordings`,
    'Train without windows to predict.',
  );
}
