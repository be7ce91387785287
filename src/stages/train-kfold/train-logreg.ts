import { writeFileSync } from 'node:fs';
import { Type } from 'typebox';
import type { FeatureMatrix } from '../../artifacts/features.ts';
import { columnsOf } from '../../artifacts/features-definition.ts';
import { type Posterior, writeFold } from '../../artifacts/fold.ts';
import type { Role } from '../../engine/artifact.ts';
import { defineStage, TaskError } from '../../engine/stage.ts';
import { inParts } from '../../model/feed/clips.ts';
import { frameMean } from '../../model/frame-mean.ts';
import { classWeights, fitLogreg, predictLogreg } from '../../model/logreg.ts';
import { encodeLogregFile } from '../../model/onnx/logreg-file.ts';
import { encodeSafetensors } from '../../model/safetensors.ts';
import { fitStandardiser, standardise } from '../../model/standardise.ts';
import { openFoldFeatures } from './open-fold-features.ts';
import { labelled, roleParams } from './roles.ts';

/** Values of clips that are held at once: 16 MiB. */
const partValues = 2 ** 22;

/**
 * One fold of multinomial logistic regression on the mean of each band over the frames of a clip,
 * standardised by the training clips. The scored clips are opened once, after the fit.
 */
export const trainLogreg = defineStage({
  kind: 'train-logreg',
  version: 2,
  summary: 'Trains logistic regression on mean log-mel for one fold.',
  params: Type.Object(
    {
      ...roleParams,
      class_weights: Type.Enum(['balanced', 'none'], {
        default: 'balanced',
        description: 'Weight of a class in the loss: n / (K n_k), or 1.',
      }),
      c: Type.Number({
        exclusiveMinimum: 0,
        default: 1,
        description: 'Inverse strength of the L2 penalty.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { features: { type: 'features', summary: 'Features of the clips of this fold' } },
  outputs: { fold: { type: 'fold', summary: 'Weights and posteriors' } },
  tier: 'pooled',
  internal: true,
  run(context) {
    const { params } = context;
    const { labels } = params;
    const fit = labelled(params.fit, labels);
    const validate = labelled(params.validate, labels);
    const ids = [...fit.ids, ...validate.ids, ...params.test];
    const features = openFoldFeatures(context.input('features'), ids);
    const columns = columnsOf(features.definition);
    const meanOf = (clip: FeatureMatrix | undefined, id: string): ArrayLike<number> => {
      const row = frameMean(clip?.data ?? [], columns);
      if (!row.some((value) => !Number.isFinite(value))) return row;
      throw new TaskError(
        clip === undefined || clip.frames === 0
          ? `the features of "${id}" have no frames`
          : `the features of "${id}" hold values that are not finite`,
        { hint: 'Look at that clip: it may be empty or damaged. Drop it with labels or select.' },
      );
    };
    const means = (role: Role, ids: readonly string[]): Float64Array => {
      const rows = new Float64Array(ids.length * columns);
      const sizeOf = (id: string): number => columns * features.frames(id);
      const parts = [...inParts(ids, sizeOf, partValues)].flatMap((part) => {
        const clips = features.load(role, part);
        return part.map((id) => ({ id, row: meanOf(clips.get(id), id) }));
      });
      for (const [index, { row }] of parts.entries()) rows.set(row, index * columns);
      return rows;
    };

    const training = means('fit', fit.ids);
    const standardiser = fitStandardiser(training, columns);
    const model = fitLogreg({
      features: standardise(training, standardiser),
      labels: fit.classes,
      dimensions: columns,
      classes: labels.length,
      c: params.c,
      classWeights: classWeights(fit.classes, labels.length, params.class_weights),
    });
    context.log(
      `${fit.ids.length} training clips, ${model.iterations} Newton steps, gradient ${model.gradient.toExponential(1)}`,
    );
    if (!model.converged) {
      throw new TaskError(
        `logistic regression did not converge (gradient ${model.gradient.toExponential(1)})`,
        { hint: 'Use a smaller c: a stronger penalty.' },
      );
    }

    const predict = (role: 'validate' | 'test', ids: readonly string[]): readonly Posterior[] => {
      const rows = standardise(means(role, ids), standardiser);
      return ids.map((id, index) => ({
        id,
        role,
        posterior: predictLogreg(model, rows.subarray(index * columns, (index + 1) * columns)),
      }));
    };
    const output = context.output('fold');
    const posteriors = [
      ...(validate.ids.length > 0 ? predict('validate', validate.ids) : []),
      ...predict('test', params.test),
    ];
    writeFold(output, { labels, posteriors });
    const weights = encodeSafetensors({
      'normaliser.mean': { shape: [columns], data: standardiser.mean },
      'normaliser.scale': { shape: [columns], data: standardiser.scale },
      'dense.weight': { shape: [labels.length, columns], data: model.weights },
      'dense.bias': { shape: [labels.length], data: model.intercepts },
    });
    writeFileSync(output.path('weights.safetensors'), weights);
    const metadata = {
      format: 'affekt.model/1',
      labels: JSON.stringify(labels),
      features: JSON.stringify(features.definition),
    };
    writeFileSync(output.path('model.onnx'), encodeLogregFile(model, standardiser, metadata));
  },
});
