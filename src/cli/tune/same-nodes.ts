import { isDeepStrictEqual } from 'node:util';
import { stageName } from '../../engine/address.ts';
import type { Experiment } from '../../engine/experiment.ts';
import type { Host } from '../../engine/host.ts';
import { buildGraph, type StageNode } from '../../engine/plan/graph.ts';
import { fillDefaults, setParam } from '../../engine/spec/defaults.ts';
import type { Json, JsonObject } from '../../util/json.ts';
import { choiceOf } from './best-spec.ts';

interface Winner {
  /** Address of the search. */
  readonly search: string;
  /** Name of the stage that it varied. */
  readonly target: string;
  readonly set: Readonly<Record<string, Json>>;
}

/**
 * The first thing that a spec without its search does otherwise than the winner's trial did, of the variants that
 * it keeps; undefined where they are the same.
 */
export function firstDifference(
  searched: Experiment,
  best: Experiment,
  winner: Winner,
  kinds: Host['kinds'],
): string | undefined {
  const chosen = choiceOf(winner.search);
  const isKept = ({ address }: StageNode): boolean =>
    Object.entries(choiceOf(address)).every(([axis, one]) => (chosen[axis] ?? one) === one);
  const before = buildGraph(searched.spec, kinds, searched.own);
  const wanted = before.filter((node) => node.address !== winner.search && isKept(node));
  const found = new Map(
    buildGraph(best.spec, kinds, best.own).map((node) => [node.address, node] as const),
  );
  for (const node of wanted) {
    const made = found.get(node.address);
    if (made === undefined) return `${node.address} would be gone`;
    const param = paramApart(paramsOf(node, winner.set), made.params);
    if (param !== undefined) return `${node.stage.name}.${param}`;
    for (const [port, from] of Object.entries(node.inputs)) {
      const kept = from.filter((one) => isKept(one.node));
      const expected = kept.map((one) => nameOf(one.node, winner) + one.output);
      const reads = (made.inputs[port] ?? []).map((one) => `${one.node.address}.${one.output}`);
      const isLost = kept.length === 0 && from.length > 0;
      if (!isLost && isDeepStrictEqual(reads, [...new Set(expected)])) continue;
      const words = reads.length === 0 ? 'nothing' : reads.join(', ');
      return `${node.address} would read ${words} as its ${port}`;
    }
  }
  return found.size === wanted.length ? undefined : 'it would have other stages';
}

function nameOf({ address }: StageNode, { search, target }: Winner): string {
  return `${address === search ? target + search.slice(stageName(search).length) : address}.`;
}

/** The params of a trial: what a search sets lies over all else. */
function paramsOf({ stage, kind, given }: StageNode, set: Winner['set']): JsonObject {
  const own = Object.entries(set)
    .map(([path, value]) => ({ path: path.split('.'), value }))
    .filter(({ path }) => path[0] === stage.name);
  const tried = own.reduce(
    (so, { path, value }) => setParam(kind.params, so, path.slice(1), value),
    given,
  );
  return fillDefaults(kind.params, tried) as JsonObject;
}

function paramApart(wanted: JsonObject, found: JsonObject): string | undefined {
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    if (isDeepStrictEqual(found[key], wanted[key])) continue;
    return `${key} would be ${JSON.stringify(found[key])} instead of ${JSON.stringify(wanted[key])}`;
  }
  return undefined;
}
