import { Type } from 'typebox';
import { readModels } from '../../artifacts/models.ts';
import { writeScore } from '../../artifacts/score.ts';
import { sha256 } from '../../engine/digest.ts';
import { defineStage } from '../../engine/stage.ts';
import { confusionMatrix } from '../../stats/confusion.ts';
import { type ShareName, shareNames } from '../../stats/metrics/index.ts';
import { mean } from '../../stats/moments.ts';
import type { Scored } from '../../stats/predictions.ts';
import { scores } from '../../stats/scores.ts';
import { bySeed, idsOf, rowsOf } from '../evaluate/rows.ts';

/** What a trial is judged by: the objective on the clips that its inner folds held out. */
export const scoreTrial = defineStage({
  kind: 'score-trial',
  version: 1,
  summary: 'Scores the folds of a trial, to choose by.',
  params: Type.Object(
    { objective: Type.Enum([...shareNames], { description: 'What is maximised.' }) },
    { additionalProperties: false },
  ),
  inputs: { models: { type: 'models', summary: 'One set of models per fold', many: true } },
  outputs: { score: { type: 'score', summary: 'Pooled, and of each fold' } },
  tier: 'inline',
  internal: true,
  run(context) {
    const objective = context.params.objective as ShareName;
    const folds = context.inputs('models').map((input) => {
      const { description, predictions } = readModels(input);
      const rows = rowsOf(predictions, description.labels, 'test');
      // They were held out to choose by: whoever scores them once more has seen them.
      input.consume('validate', idsOf(rows));
      return { rows, classes: description.labels.length };
    });
    const classes = folds[0]?.classes ?? 0;
    const pooled = (rows: readonly Scored[]): number | null => {
      const value = mean(bySeed(rows).map((own) => shareOf(own, classes, objective)));
      // Equal shares by other ways of summing are equal: the first of them wins, not the last bit.
      return Number.isFinite(value) ? Number(value.toFixed(12)) : null;
    };
    writeScore(context.output('score'), {
      format: 'affekt.score/1',
      objective,
      value: pooled(folds.flatMap(({ rows }) => rows)),
      folds: folds.map(({ rows }) => pooled(rows)),
      clips: folds.map(({ rows }) => sha256(idsOf(rows).join('\n'))),
    });
  },
});

function shareOf(rows: readonly Scored[], classes: number, objective: ShareName): number {
  const truth = rows.map((row) => row.truth);
  const predicted = rows.map((row) => row.predicted);
  return scores(confusionMatrix(truth, predicted, classes))[objective];
}
