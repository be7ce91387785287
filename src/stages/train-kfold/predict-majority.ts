import { Type } from 'typebox';
import { writeFold } from '../../artifacts/fold.ts';
import { defineStage } from '../../engine/stage.ts';
import { labelled, roleParams } from './roles.ts';

/**
 * The control that has learnt nothing but the class counts of the training clips: every clip gets
 * their frequencies as posterior, so the most frequent class is predicted (of equal ones the first
 * in label order). `DummyClassifier(strategy="prior")` of scikit-learn.
 */
export const predictMajority = defineStage({
  kind: 'predict-majority',
  version: 1,
  summary: 'Predicts the most frequent training class for one fold.',
  params: Type.Object(roleParams, { additionalProperties: false }),
  inputs: {},
  outputs: { fold: { type: 'fold', summary: 'Posteriors' } },
  tier: 'inline',
  internal: true,
  run(context) {
    const { labels, fit, validate, test } = context.params;
    const total = labelled(fit, labels).ids.length;
    const posterior = labels.map((label) => (fit[label]?.length ?? 0) / total);
    writeFold(context.output('fold'), {
      labels,
      posteriors: [
        ...labelled(validate, labels).ids.map((id) => ({
          id,
          role: 'validate' as const,
          posterior,
        })),
        ...test.map((id) => ({ id, role: 'test' as const, posterior })),
      ],
    });
  },
});
