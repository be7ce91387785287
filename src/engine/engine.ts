import type { Diagnostic } from './diagnostic.ts';
import { sha256 } from './digest.ts';
import type { Experiment } from './experiment.ts';
import type { Host, Selection } from './host.ts';
import { encode } from './plan/encode.ts';
import type { Planner } from './plan/planner.ts';
import type { Plan } from './plan/types.ts';
import { findPrevious } from './record/find-run.ts';
import { refusals } from './refusals.ts';
import { err, ok, type Result } from './result.ts';
import type { FinishedRun, NothingToDo, RunOptions } from './run-types.ts';
import { viewRun } from './run-view.ts';
import { Session } from './session.ts';

export { type Experiment, loadExperiment } from './experiment.ts';
export { type Explanation, explainExperiment } from './explain.ts';
export type { FinishedRun, NothingToDo, RunOptions } from './run-types.ts';

/** What would run and why, without running anything. */
export async function planExperiment(
  host: Host,
  experiment: Experiment,
  selection: Selection,
  quick = false,
): Promise<Result<Plan, readonly Diagnostic[]>> {
  const opened = Session.open(host, experiment, selection, quick);
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const planner = await session.plan();
    const idle = idleSelection(session, planner);
    if (idle.length > 0) return err(idle);
    const problems = await refusals(experiment, session.selected.nodes, planner);
    return ok({ ...planner.plan(host.salts), problems });
  } finally {
    session.close();
  }
}

/** Spec → plan → execute → record. */
export async function runExperiment(
  host: Host,
  experiment: Experiment,
  options: RunOptions,
): Promise<Result<FinishedRun | NothingToDo, readonly Diagnostic[]>> {
  const opened = Session.open(host, experiment, options.selection, options.quick);
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const planner = await session.plan();
    const refused = await refusals(experiment, session.selected.nodes, planner);
    const wrong = [...refused, ...idleSelection(session, planner)];
    if (wrong.length > 0) return err(wrong);
    const digest = sha256(encode([experiment.digest, { ...options.selection }, options.quick]));
    if (planner.nothingToDo && !options.record) {
      const { nodes } = session.selected;
      const view = viewRun(nodes, (node) => planner.result(node), session.cache.paths);
      const previous = findPrevious(host.folders.runs, digest, view.outputs);
      if (previous !== undefined) {
        return ok({
          state: 'nothing-to-do',
          previous: previous.info,
          previousFolder: previous.folder,
          cached: planner.requests.length,
          ...view,
        });
      }
    }
    options.planned?.(planner.plan(host.salts).stages);
    // What runs and records tasks is loaded only when there is something to do.
    const { executeRun } = await import('./execute-run.ts');
    return ok(await executeRun(session, options, digest, planner));
  } finally {
    session.close();
  }
}

/** Patterns such as `--only 'model[fold=99]'` that would select nothing. */
function idleSelection({ selected }: Session, planner: Planner): readonly Diagnostic[] {
  return selected.idle(planner.requests, (node) => planner.result(node)?.state === 'done');
}
