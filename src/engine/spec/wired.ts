import { fillDefaults } from './defaults.ts';
import type { AxisDraft } from './matrix.ts';
import { tellProblems } from './params.ts';
import type { Problems } from './problems.ts';
import type { StageDraft } from './stages.ts';
import type { Wire } from './types.ts';
import { validateParams } from './validate.ts';
import { axesOf, variantsOf } from './variants.ts';
import { paramsOf } from './written.ts';

/**
 * Checks params that name what is wired (`StageKind.checkWires`), which is possible only when all is. Of a stage
 * whose params the matrix sets, those of every variant count, and what stands in the spec alone does not.
 */
export function checkWires(
  drafts: ReadonlyMap<string, StageDraft>,
  wires: ReadonlyMap<string, readonly Wire[]>,
  axes: readonly AxisDraft[],
  problems: Problems,
): void {
  for (const draft of drafts.values()) {
    const { name, kind, written } = draft;
    if (kind?.checkWires === undefined) continue;
    const wired = Object.fromEntries(
      (wires.get(name) ?? []).map(({ port, from }) => [port, from.map(({ stage }) => stage)]),
    );
    const own = axesOf(name, axes);
    for (const one of own.length > 0 ? variantsOf(draft, own) : [written]) {
      const given = paramsOf(kind.params, one);
      if (validateParams(kind.params, given).length > 0) continue;
      const params = fillDefaults(kind.params, given);
      tellProblems(kind, () => kind.checkWires?.(params as never, wired) ?? [], one, problems);
    }
  }
}
