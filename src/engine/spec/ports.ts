import { fillDefaults } from './defaults.ts';
import { tellProblems } from './params.ts';
import type { Problems } from './problems.ts';
import type { StageDraft } from './stages.ts';
import type { Wire } from './types.ts';
import { validateParams } from './validate.ts';

/** Checks params that name ports (`StageKind.checkPorts`), which is possible only when all is wired. */
export function checkPorts(
  drafts: ReadonlyMap<string, StageDraft>,
  wires: ReadonlyMap<string, readonly Wire[]>,
  problems: Problems,
): void {
  for (const { name, kind, given, written } of drafts.values()) {
    if (kind?.checkPorts === undefined || validateParams(kind.params, given).length > 0) continue;
    const params = fillDefaults(kind.params, given);
    const ports = (wires.get(name) ?? []).map(({ port }) => port);
    tellProblems(kind, () => kind.checkPorts?.(params as never, ports) ?? [], written, problems);
  }
}
