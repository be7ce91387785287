import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject } from '../util/json.ts';
import type { Change, StageTasks } from './types.ts';

/** Where two values differ, by dotted path; lists are compared whole. */
export function changes(a: Json | undefined, b: Json | undefined, path = ''): readonly Change[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (!isJsonObject(a) || !isJsonObject(b)) return [{ path, a, b }];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) =>
    changes(own(a, name), own(b, name), path === '' ? name : `${path}.${name}`),
  );
}

function own(map: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

interface Task {
  readonly address: string;
  readonly key: string;
}

/** Counts tasks of two runs by stage, in the order of their first task. */
export function taskChanges(
  a: readonly Task[],
  b: readonly Task[],
  stageOf: (address: string) => string,
): readonly StageTasks[] {
  const [first, second] = [a, b].map((list) => new Map(list.map((one) => [one.address, one.key])));
  const stages = new Map<
    string,
    { same: number; different: number; onlyA: number; onlyB: number }
  >();
  for (const address of new Set([...(first?.keys() ?? []), ...(second?.keys() ?? [])])) {
    const stage = stageOf(address);
    const counts = stages.get(stage) ?? { same: 0, different: 0, onlyA: 0, onlyB: 0 };
    stages.set(stage, counts);
    const [keyA, keyB] = [first?.get(address), second?.get(address)];
    if (keyA === undefined) counts.onlyB++;
    else if (keyB === undefined) counts.onlyA++;
    else if (keyA === keyB) counts.same++;
    else counts.different++;
  }
  return [...stages].map(([stage, counts]) => ({ stage, ...counts }));
}
