import { Type } from 'typebox';
import { readCorpus } from '../../artifacts/corpus.ts';
import { readFold } from '../../artifacts/fold.ts';
import { modelFolder, writeModels } from '../../artifacts/models.ts';
import type { Prediction } from '../../artifacts/predictions.ts';
import { readSplit } from '../../artifacts/split.ts';
import type { InputArtifact } from '../../engine/artifact.ts';
import { defineStage } from '../../engine/stage.ts';
import { argmax } from '../../model/argmax.ts';
import type { JsonObject } from '../../util/json.ts';

const kept = ['weights.safetensors', 'history.csv'];

/** Joins the folds of `train-kfold` into one set of models, and adds labels and speakers. */
export const collectModels = defineStage({
  kind: 'collect-models',
  version: 2,
  summary: 'Joins the models of all folds and seeds, and their predictions.',
  params: Type.Object(
    {
      architecture: Type.String({ description: 'Name of the architecture.' }),
      parameters: Type.Integer({ description: 'Numbers that one model learns.' }),
      labels: Type.Array(Type.String(), { description: 'The label set.' }),
      recipe: Type.Record(Type.String(), Type.Unknown(), {
        description: 'Params of the architecture and its training, for the description.',
      }),
      runs: Type.Array(Type.Object({ fold: Type.Integer(), seed: Type.Integer() }), {
        description: 'Fold and seed of each artifact of the port folds, in order.',
      }),
      controls: Type.Array(Type.Object({ name: Type.String(), fold: Type.Integer() }), {
        default: [],
        description: 'Name and fold of each artifact of the port controls, in order.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    corpus: { type: 'corpus', summary: 'Labels and speakers' },
    split: { type: 'split', summary: 'The protocol' },
    folds: { type: 'fold', summary: 'Models of folds and seeds', many: true },
    controls: { type: 'fold', summary: 'Controls of folds', many: true, optional: true },
  },
  outputs: { models: { type: 'models', summary: 'Models and out-of-fold predictions' } },
  tier: 'inline',
  internal: true,
  run(context) {
    const { params } = context;
    const { utterances } = readCorpus(context.input('corpus'));
    const { protocol } = readSplit(context.input('split'));
    const byId = new Map(utterances.map((one) => [one.id, one]));
    const rows = (input: InputArtifact, fold: number, seed: number): readonly Prediction[] =>
      readFold(input).posteriors.map(({ id, role, posterior }) => {
        const utterance = byId.get(id);
        if (utterance === undefined) throw new Error(`"${id}" is not in the corpus`);
        return {
          id,
          speaker: utterance.speaker,
          fold,
          seed,
          role,
          label: utterance.emotion,
          predicted: params.labels[argmax(posterior)] ?? '',
          posterior,
        };
      });

    const output = context.output('models');
    const predictions: Prediction[] = [];
    for (const [index, input] of context.inputs('folds').entries()) {
      const { fold, seed } = params.runs[index] ?? { fold: 0, seed: 0 };
      predictions.push(...rows(input, fold, seed));
      for (const file of kept) {
        const digest = input.files[file];
        if (digest !== undefined) output.link(`${modelFolder(fold, seed)}/${file}`, digest);
      }
    }
    const controls: Record<string, Prediction[]> = {};
    const controlInputs = context.has('controls') ? context.inputs('controls') : [];
    for (const [index, input] of controlInputs.entries()) {
      const { name, fold } = params.controls[index] ?? { name: '', fold: 0 };
      controls[name] = [...(controls[name] ?? []), ...rows(input, fold, 1)];
    }
    writeModels(output, {
      description: {
        format: 'affekt.models/1',
        architecture: params.architecture,
        parameters: params.parameters,
        labels: params.labels,
        params: params.recipe as JsonObject,
        protocol,
        folds: new Set(params.runs.map((run) => run.fold)).size,
        seeds: new Set(params.runs.map((run) => run.seed)).size,
        controls: Object.keys(controls).sort(),
        selection: 'none',
      },
      predictions,
      controls,
    });
  },
});
