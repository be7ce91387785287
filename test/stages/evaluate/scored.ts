import { Type } from 'typebox';
import { evaluation, readMetrics } from '../../../src/artifacts/evaluation.ts';
import { models, writeModels } from '../../../src/artifacts/models.ts';
import type { Prediction } from '../../../src/artifacts/predictions.ts';
import type { Protocol } from '../../../src/artifacts/split.ts';
import type { Artifact } from '../../../src/engine/artifact.ts';
import { defineStage } from '../../../src/engine/stage.ts';
import { evaluate } from '../../../src/stages/evaluate/evaluate.ts';
import type { JsonObject } from '../../../src/util/json.ts';
import { corpusOf, type TestClip } from '../../util/speech.ts';
import { runStage, type StageRun, Store } from '../../util/stage-context.ts';

export const labels = ['anger', 'joy'];

/** Two speakers; speaker 1 of five clips is right in four, speaker 2 of four in two. */
export const clips: readonly TestClip[] = [
  ...['a', 'b', 'c'].map((id) => ({ id: `1${id}`, emotion: 'anger', speaker: '1' })),
  ...['d', 'e'].map((id) => ({ id: `1${id}`, emotion: 'joy', speaker: '1' })),
  ...['a', 'b'].map((id) => ({ id: `2${id}`, emotion: 'anger', speaker: '2' })),
  ...['c', 'd'].map((id) => ({ id: `2${id}`, emotion: 'joy', speaker: '2' })),
];

export const wrong = new Set(['1a', '2b', '2c']);

export function rows(
  given: readonly TestClip[],
  missed: ReadonlySet<string>,
  seed = 1,
): Prediction[] {
  return given.map((clip) => {
    const right = labels.indexOf(clip.emotion);
    const predicted = missed.has(clip.id) ? 1 - right : right;
    return {
      id: clip.id,
      speaker: clip.speaker,
      fold: Number(clip.speaker),
      seed,
      role: 'test',
      label: clip.emotion,
      predicted: labels[predicted] ?? '',
      posterior: predicted === 0 ? [0.75, 0.25] : [0.25, 0.75],
    };
  });
}

const protocol: Protocol = {
  format: 'affekt.protocol/1',
  scheme: 'leave-one-speaker-out',
  groups: ['speaker'],
  folds: 2,
  validation_speakers: 0,
  shuffle: false,
  test_fraction: null,
  seed: null,
  held_out: ['1', '2'],
  disjoint: ['speaker', 'audio', 'source'],
  shared: ['text'],
  unknown: [],
  validation: null,
  warnings: [],
};

export async function modelsOf(
  store: Store,
  predictions: readonly Prediction[],
  own: Partial<Protocol> = {},
  names = labels,
): Promise<Artifact> {
  const write = defineStage({
    kind: 'write-models',
    version: 1,
    summary: 'Writes what the test made up.',
    params: Type.Object({}),
    inputs: {},
    outputs: { models: { type: 'models', summary: '' } },
    tier: 'inline',
    run: (context) =>
      writeModels(context.output('models'), {
        description: {
          format: 'affekt.models/1',
          parameters: 0,
          enrolment: null,
          architecture: 'logreg',
          labels: names,
          params: {},
          protocol: { ...protocol, ...own },
          folds: 2,
          seeds: new Set(predictions.map((row) => row.seed)).size,
          controls: ['majority'],
          selection: 'none',
        },
        predictions,
        controls: {
          majority: predictions
            .filter((row) => row.seed === 1)
            .map((row) => ({ ...row, predicted: 'anger', posterior: [0.5, 0.5] })),
        },
      }),
  });
  const { outputs } = await runStage(store, write, { types: [models] });
  return outputs['models'] as Artifact;
}

export async function score(
  predictions: readonly Prediction[] = rows(clips, wrong),
  {
    given = clips,
    own = {},
    pinned = true,
    info = {},
    ...options
  }: Partial<StageRun> & {
    given?: readonly TestClip[];
    own?: Partial<Protocol>;
    pinned?: boolean;
    /** More of `corpus.json`. */
    info?: JsonObject;
  } = {},
) {
  const store = new Store();
  const result = await runStage(store, evaluate, {
    types: [evaluation],
    seed: 5,
    inputs: {
      models: [await modelsOf(store, predictions, own)],
      corpus: corpusOf(store, given, labels, pinned, info),
    },
    ...options,
  });
  const artifact = result.outputs['evaluation'] as Artifact;
  const metrics = readMetrics(store.open(artifact));
  const [set] = metrics.sets;
  if (set === undefined) throw new Error('no set');
  return { ...result, store, artifact, metrics, set };
}
