import type { Wiring } from './assign.ts';
import type { AxisDraft } from './matrix.ts';
import type { Problems } from './problems.ts';
import type { At } from './source.ts';
import type { StageDraft } from './stages.ts';
import { placeOf } from './written.ts';

/**
 * A port may say in another way what a param says (`InputPort.replaces`): given both, one of them would
 * be ignored.
 */
export function checkReplaced(
  draft: StageDraft,
  { ports }: Wiring,
  axes: readonly AxisDraft[],
  problems: Problems,
): void {
  for (const [port, { replaces }] of Object.entries(draft.kind?.inputs ?? {})) {
    const [feed] = ports.get(port) ?? [];
    if (replaces === undefined || feed === undefined) continue;
    const at = placeOfParam(draft, replaces, axes);
    if (at === undefined) continue;
    problems.error({
      at,
      message: `"${replaces}" of "${draft.name}" is given twice: by this param, and by "${feed.stage.name}" on the port "${port}"`,
      hint: `Remove the param, or ${port}: ${feed.stage.name} under in.`,
      related: [{ message: `the port "${port}" is wired here`, at: feed.at }],
    });
  }
}

/** Where a param is set: in the stage, by an override or by the matrix. */
function placeOfParam(
  { name, given, written }: StageDraft,
  param: string,
  axes: readonly AxisDraft[],
): At | undefined {
  if (Object.hasOwn(given, param)) return placeOf(written, [param], 'key').at;
  return axes
    .flatMap(({ variants }) => variants.flatMap(({ set }) => set))
    .find(({ stage, path }) => stage === name && path[0] === param)?.parts[0];
}
