import { Type } from 'typebox';
import { readCorpus } from '../../artifacts/corpus.ts';
import { type Posterior, readFold } from '../../artifacts/fold.ts';
import { modelFolder, writeModels } from '../../artifacts/models.ts';
import type { Prediction } from '../../artifacts/predictions.ts';
import { readSplit } from '../../artifacts/split.ts';
import { defineStage } from '../../engine/stage.ts';
import { argmax } from '../../model/argmax.ts';
import { groupBy } from '../../util/group-by.ts';
import type { JsonObject } from '../../util/json.ts';
import { heardClips } from './heard-clips.ts';

const kept = ['weights.safetensors', 'model.onnx', 'history.csv'];

/** Joins the folds of `train-kfold` into one set of models, and adds labels and speakers. */
export const collectModels = defineStage({
  kind: 'collect-models',
  version: 5,
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
      enrolment: Type.Union(
        [
          Type.Null(),
          Type.Object({
            clips: Type.Union([Type.Integer(), Type.Literal('all')]),
            draws: Type.Integer(),
          }),
        ],
        { default: null, description: 'How the models adapted to new speakers.' },
      ),
      controls: Type.Array(
        Type.Object({ name: Type.String(), fold: Type.Integer(), seed: Type.Integer() }),
        {
          default: [],
          description: 'Name, fold and seed of each artifact of the port controls, in order.',
        },
      ),
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
    const { protocol, folds } = readSplit(context.input('split'));
    const byId = new Map(utterances.map((one) => [one.id, one]));
    const row = (posterior: Posterior, fold: number, seed: number): Prediction => {
      const { id, role } = posterior;
      const utterance = byId.get(id);
      if (utterance === undefined) throw new Error(`"${id}" is not in the corpus`);
      return {
        ...{ id, speaker: utterance.speaker, fold, seed, role, label: utterance.emotion },
        predicted: params.labels[argmax(posterior.posterior)] ?? '',
        posterior: posterior.posterior,
      };
    };

    const output = context.output('models');
    const predictions: Prediction[] = [];
    /** Draws of a fold and seed, as seeds of their own, with the clips that each one scored. */
    const scored = new Map<
      string,
      readonly { readonly seed: number; readonly ids: Set<string> }[]
    >();
    let draws = 1;
    for (const [index, input] of context.inputs('folds').entries()) {
      const { fold, seed } = params.runs[index] ?? { fold: 0, seed: 0 };
      const { posteriors, ...made } = readFold(input);
      draws = made.draws ?? 1;
      const own = posteriors.map((one) => row(one, fold, (seed - 1) * draws + (one.draw ?? 1)));
      predictions.push(...own);
      scored.set(
        `${fold} ${seed}`,
        [...groupBy(own, (one) => one.seed)].map(([drawn, rows]) => ({
          seed: drawn,
          ids: new Set(rows.map(({ id }) => id)),
        })),
      );
      for (const file of kept) {
        const digest = input.files[file];
        if (digest !== undefined) output.link(`${modelFolder(fold, seed)}/${file}`, digest);
      }
    }
    const controls: Record<string, Prediction[]> = {};
    const controlInputs = context.has('controls') ? context.inputs('controls') : [];
    for (const [index, input] of controlInputs.entries()) {
      const { name, fold, seed } = params.controls[index] ?? { name: '', fold: 0, seed: 0 };
      const { posteriors } = readFold(input);
      // Controls are scored on the very clips that the model is, draw by draw.
      const own = (scored.get(`${fold} ${seed}`) ?? []).flatMap(({ seed: drawn, ids }) =>
        posteriors.filter(({ id }) => ids.has(id)).map((one) => row(one, fold, drawn)),
      );
      controls[name] = [...(controls[name] ?? []), ...own];
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
        seeds: new Set(params.runs.map((run) => run.seed)).size * draws,
        enrolment: params.enrolment && {
          ...params.enrolment,
          ...heardClips(
            params.runs.flatMap(({ fold, seed }) =>
              (scored.get(`${fold} ${seed}`) ?? []).map(({ ids }) => ({
                test: folds[fold - 1]?.test ?? [],
                scored: ids,
              })),
            ),
            params.enrolment.clips,
            (id) => byId.get(id)?.speaker ?? '',
          ),
        },
        controls: Object.keys(controls).sort(),
        selection: 'none',
      },
      predictions,
      controls,
    });
  },
});
