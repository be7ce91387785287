import { isJsonObject, type Json } from '../util/json.ts';
import { changes, taskChanges } from './changes.ts';
import { compareSets } from './compare-sets.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { RunDiff } from './types.ts';

/**
 * Everything that two runs do not share. Sets of models are paired by name; where each run has but one, those
 * are a pair whatever they are called.
 */
export function diffRuns(
  a: RecordedRun,
  b: RecordedRun,
  stageOf: (address: string) => string,
): RunDiff {
  const alone = a.sets.length === 1 && b.sets.length === 1;
  const partner = (name: string) => b.sets.find(({ set }) => alone || set.name === name);
  const pairs = a.sets.flatMap((one) => {
    const other = partner(one.set.name);
    return other === undefined ? [] : [{ one, other }];
  });
  const paired = new Set(pairs.flatMap(({ one, other }) => [one, other]));
  return {
    ...{ format: 'affekt.diff/1', a: a.id, b: b.id },
    spec: changes(a.spec, b.spec).map((change) => ({
      ...change,
      path: change.path.replace(/^stages\./, '').replace('.with.', '.'),
    })),
    code: changes(
      { affekt: a.affekt, ...pick(a.provenance, ['commit', 'dirty']) },
      { affekt: b.affekt, ...pick(b.provenance, ['commit', 'dirty']) },
    ),
    environment: changes(a.environment, b.environment),
    tasks: taskChanges(a.tasks, b.tasks, stageOf),
    sets: pairs.map(({ one, other }) => compareSets(one, other)),
    unpaired: [...a.sets, ...b.sets].filter((one) => !paired.has(one)).map(({ set }) => set.name),
  };
}

function pick(value: Json, names: readonly string[]): Readonly<Record<string, Json>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
}
