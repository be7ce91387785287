import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readFeaturesDefinition } from '../../artifacts/features.ts';
import { type ModelDescription, readModelDescription } from '../../artifacts/models.ts';
import type { RunView } from '../../engine/run-types.ts';
import type { Block } from '../../model/language/block.ts';
import { planModel } from '../../model/language/plan-model.ts';
import type { Curve } from '../../report/curves-chart.ts';
import type { ModelsRow } from '../../report/report-data.ts';
import type { SpecStage } from '../../report/spec-stages.ts';
import { parseCsv } from '../../util/csv.ts';
import { artifactsOf } from './artifacts.ts';
import type { Notices } from './notices.ts';

/** Sets of models among a run's outputs, with their size and the history of each network. */
export function readModelRows(
  run: RunView,
  stages: readonly SpecStage[],
  notices: Notices,
): readonly ModelsRow[] {
  return artifactsOf(run, 'models', notices).flatMap(({ address, files }) => {
    const row = notices.attempt(`${address}, models`, (): ModelsRow => {
      const description = readModelDescription(files);
      const stage = stages.find((one) => one.address === address);
      return {
        address,
        description,
        cost: stage ? costOf(run, stage, description, notices) : null,
        curves: [],
      };
    });
    if (row === undefined) return [];
    const histories = Object.keys(files.files).filter((file) => file.endsWith('/history.csv'));
    const curves = notices.attempt(`${address}, learning curves`, () =>
      histories.map((file) => curveOf(dirname(file), readFileSync(files.path(file), 'utf8'))),
    );
    return [{ ...row, curves: curves ?? [] }];
  });
}

/**
 * Operations of a forward pass over a training crop. Null where the plan does not give the number of
 * parameters that was recorded: then it is not the plan of this model.
 */
function costOf(
  run: RunView,
  { inputs }: SpecStage,
  { params, labels, parameters }: ModelDescription,
  notices: Notices,
): ModelsRow['cost'] {
  const { architecture, crop_frames: frames } = params;
  const features = definitionOf(run, inputs['features']?.[0], notices);
  if (!Array.isArray(architecture) || typeof frames !== 'number' || features === undefined) {
    return null;
  }
  const { bands, channels = 1 } = features;
  const side = definitionOf(run, inputs['functionals']?.[0], notices)?.bands ?? 0;
  const plan = planModel(architecture as readonly Block[], {
    ...{ channels, bands: bands, side, classes: labels.length },
  });
  if (!plan.ok || plan.value.parameterCount !== parameters) return null;
  return { flops: plan.value.flops(frames), frames };
}

function definitionOf(
  run: RunView,
  address: string | undefined,
  notices: Notices,
): ReturnType<typeof readFeaturesDefinition> | undefined {
  if (address === undefined) return undefined;
  const files = run.artifact(address, 'features');
  if (files?.files['features.json'] === undefined) return undefined;
  return notices.attempt(address, () => readFeaturesDefinition(files));
}

function curveOf(name: string, text: string): Curve {
  const { header, rows } = parseCsv(text);
  const column = (title: string): readonly number[] => {
    const at = header.indexOf(title);
    return rows.map((row) => Number(row[at]));
  };
  return { name, loss: column('train_loss'), uar: column('train_uar') };
}
