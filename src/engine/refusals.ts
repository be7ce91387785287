import type { Diagnostic } from './diagnostic.ts';
import type { Experiment } from './experiment.ts';
import type { StageNode } from './plan/graph.ts';
import type { Planner } from './plan/planner.ts';

/** Stages that cannot be planned, as located diagnostics: the data is not there, a file is missing. */
export async function refusals(
  experiment: Experiment,
  nodes: readonly StageNode[],
  planner: Planner,
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const node of nodes) {
    const result = planner.result(node);
    if (result?.state !== 'refused') continue;
    // It parses files anew, and the parser is loaded only when there is something to point at.
    const { locateStage } = await import('./spec/locate-stage.ts');
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
