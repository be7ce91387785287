import type { JsonObject } from '../../util/json.ts';
import { sameWord } from '../../util/suggest.ts';
import type { ParamProblem, StageKind } from '../stage.ts';
import { fillDefaults } from './defaults.ts';
import { isFailed } from './interpolate.ts';
import type { Problems } from './problems.ts';
import { locateMasked } from './source.ts';
import { type Tree, toJson } from './tree.ts';
import type { ValueProblem } from './validate.ts';
import { validateParams } from './validate.ts';
import { paramsOf, placeOf, visitMarked, type Written } from './written.ts';

export interface CheckedParams {
  /** As written plus overrides. */
  readonly given: JsonObject;
  /** With defaults; absent when something is wrong. */
  readonly filled?: JsonObject;
}

/**
 * Checks a stage's params as written, overrides included: against the schema, then (when that is
 * good) by the kind's own check with defaults filled in. `ignore` leaves out problems that the
 * caller knows to be mended elsewhere.
 */
export function checkParams(
  kind: StageKind,
  written: Written,
  problems: Problems,
  ignore: (problem: ValueProblem) => boolean = () => false,
): CheckedParams {
  const given = paramsOf(kind.params, written);
  const all = validateParams(kind.params, given);
  const found = all.filter((problem) => !ignore(problem));
  for (const problem of found) reportValue(problem, kind, written, problems);
  const secretsFine = checkSecrets(kind, given, written, problems);
  if (all.length > 0 || !secretsFine) return { given };
  const filled = fillDefaults(kind.params, given) as JsonObject;
  const fine = tellProblems(kind, () => kind.check?.(filled as never) ?? [], written, problems);
  return fine ? { given, filled } : { given };
}

function reportValue(
  problem: ValueProblem,
  kind: StageKind,
  written: Written,
  problems: Problems,
): void {
  const { path, what, rewrite } = problem;
  const place =
    what === 'missing'
      ? placeOf(written, path.slice(0, -1), 'key')
      : placeOf(written, path, what === 'unknown' ? 'key' : 'value');
  if (place.tree && what === 'value' && holdsFailed(place.tree)) return;
  const hint = rewrite && place.tree ? rewritten(place.tree, rewrite) : problem.hint;
  const at =
    what === 'missing' && path.length === 1 ? (written.with?.key ?? written.stage.key) : place.at;
  problems.error({
    ...(problem.secret ? { location: locateMasked(at) } : { at }),
    message: worded(problem, kind),
    nearest: nearestOf(problem, kind, problems),
    hint: what === 'unknown' && path[0] === 'with' ? 'Leave "with" out: stage.param.' : hint,
  });
}

/** What to write instead of a scalar: its own text (`03`), where it stands there. */
function rewritten(tree: Tree, { quotes, list }: NonNullable<ValueProblem['rewrite']>): string {
  const value = toJson(tree);
  const text = tree.at.source.text.slice(tree.at.start, tree.at.end);
  const own = text.toLowerCase() === String(value) || Number(text) === value;
  const shown = quotes ? JSON.stringify(own ? text : String(value)) : JSON.stringify(value);
  return list ? `Write [${shown}].` : `Write it in quotes: ${shown}.`;
}

function nearestOf(
  { word, candidates }: ValueProblem,
  { otherNames = {} }: StageKind,
  problems: Problems,
): string | undefined {
  if (word === undefined || candidates === undefined) return undefined;
  const [, other] =
    Object.entries(otherNames).find(
      ([name, ours]) => sameWord(name, word) && candidates.includes(ours),
    ) ?? [];
  return other ?? problems.nearest(word, candidates);
}

function worded({ what, message }: ValueProblem, kind: StageKind): string {
  if (what === 'unknown') return `${message} of ${kind.kind}`;
  return what === 'missing' ? `${kind.kind} needs the ${message}` : message;
}

function checkSecrets(
  kind: StageKind,
  given: JsonObject,
  written: Written,
  problems: Problems,
): boolean {
  let fine = true;
  visitMarked(kind.params, given, 'secret', (path) => {
    const place = placeOf(written, path, 'value');
    if (!place.tree || !holdsReference(place.tree)) return;
    fine = false;
    problems.error({
      at: place.at,
      message: `"${path.join('.')}" is a secret, and references are not replaced in secrets`,
      hint: 'Write { secret: NAME } with the name of the environment variable itself.',
    });
  });
  return fine;
}

/** What a kind says of its params, at their places; false where it says something. */
export function tellProblems(
  kind: StageKind,
  check: () => readonly ParamProblem[],
  written: Written,
  problems: Problems,
): boolean {
  let found: readonly ParamProblem[];
  try {
    found = check();
  } catch (error) {
    // An own stage's mistake: the user has to know which stage, not where in the engine.
    const message = `the check of kind "${kind.kind}" failed: ${(error as Error).message}`;
    problems.error({ at: written.stage.key, message });
    return false;
  }
  for (const { path, message, nearest, hint } of found) {
    const at = path.length === 0 ? written.stage.key : placeOf(written, path, 'value').at;
    problems.error({ at, message, nearest, hint });
  }
  return found.length === 0;
}

function some(tree: Tree, test: (tree: Tree) => boolean): boolean {
  if (test(tree)) return true;
  if (tree.type === 'list') return tree.items.some((item) => some(item, test));
  if (tree.type === 'map') {
    for (const entry of tree.entries.values()) if (some(entry.value, test)) return true;
  }
  return false;
}

function holdsFailed(tree: Tree): boolean {
  return some(tree, isFailed);
}

function holdsReference(tree: Tree): boolean {
  return some(tree, (inner) => inner.interpolated === true);
}
