import type { Diagnostic } from './diagnostic.ts';
import type { Experiment } from './experiment.ts';
import type { StageNode } from './plan/graph.ts';
import type { Planner } from './plan/planner.ts';
import { locateStage } from './spec/locate-stage.ts';

/** Stages that cannot be planned, as located diagnostics: the data is not there, a file is missing. */
export function refusals(
  experiment: Experiment,
  nodes: readonly StageNode[],
  planner: Planner,
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const node of nodes) {
    const result = planner.result(node);
    if (result?.state !== 'refused') continue;
    const location = locateStage(experiment.file, node.stage, result.param);
    diagnostics.push({
      severity: 'error',
      message: result.message,
      ...(location === undefined ? {} : { location }),
      ...(result.hint === undefined ? {} : { hint: result.hint }),
    });
  }
  return diagnostics;
}
