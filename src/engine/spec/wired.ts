import { fillDefaults } from './defaults.ts';
import { tellProblems } from './params.ts';
import type { Problems } from './problems.ts';
import type { StageDraft } from './stages.ts';
import type { Wire } from './types.ts';
import { validateParams } from './validate.ts';

/**
 * Checks params that name what is wired (`StageKind.checkWires`), which is possible only when all is. Stages whose
 * params the matrix sets are left out: what stands in the spec alone may lack what each variant has.
 */
export function checkWires(
  drafts: ReadonlyMap<string, StageDraft>,
  wires: ReadonlyMap<string, readonly Wire[]>,
  varied: ReadonlySet<string>,
  problems: Problems,
): void {
  for (const { name, kind, given, written } of drafts.values()) {
    if (kind?.checkWires === undefined || varied.has(name)) continue;
    if (validateParams(kind.params, given).length > 0) continue;
    const params = fillDefaults(kind.params, given);
    const wired = Object.fromEntries(
      (wires.get(name) ?? []).map(({ port, from }) => [port, from.map(({ stage }) => stage)]),
    );
    tellProblems(kind, () => kind.checkWires?.(params as never, wired) ?? [], written, problems);
  }
}
