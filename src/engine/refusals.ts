import type { Diagnostic, Location } from './diagnostic.ts';
import { commandLineLocation } from './diagnostic-text.ts';
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
    const location =
      overrideOf(experiment.overrides, node.stage.name, result.param) ??
      (await placeInFiles(experiment.file, node, result.param));
    diagnostics.push({
      severity: 'error',
      message: result.message,
      ...(location === undefined ? {} : { location }),
      ...(result.hint === undefined ? {} : { hint: result.hint }),
    });
  }
  return diagnostics;
}

/** It parses files anew, and the parser is loaded only when there is something to point at. */
async function placeInFiles(
  file: string,
  node: StageNode,
  param: string | undefined,
): Promise<Location | undefined> {
  const { locateStage } = await import('./spec/locate-stage.ts');
  return locateStage(file, node.stage, param);
}

/** The override of the command line that set a param, or a part of it: the last one counts. */
function overrideOf(
  overrides: readonly string[],
  stage: string,
  param: string | undefined,
): Location | undefined {
  if (param === undefined) return undefined;
  const wanted = `${stage}.${param}.`;
  const text = [...overrides].reverse().find((one) => {
    const path = `${one.slice(0, one.indexOf('='))}.`;
    return path.startsWith(wanted) || (wanted.startsWith(path) && path !== `${stage}.`);
  });
  return text === undefined ? undefined : commandLineLocation(text, text.indexOf('=') + 2);
}
