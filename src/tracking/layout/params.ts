import { stageName } from '../../engine/address.ts';
import { isJsonObject, type Json } from '../../util/json.ts';
import { cutText, limits, type Pairs, toKey } from '../client/index.ts';
import { axesOf } from './names.ts';
import type { ResolvedStage, RunRecord } from './record.ts';

/** `cnn[arch=a].models` and `cnn.models` name the stage before the port. */
function stageOfWire(wire: string): string {
  return wire.replace(/\.[a-z][a-z0-9_-]*$/, '');
}

/** A stage and all that it is made from. */
function ancestry(stages: RunRecord['stages'], address: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (at: string): void => {
    const stage = stages[at];
    if (stage === undefined || found.has(at)) return;
    found.add(at);
    for (const wire of Object.values(stage.in).flat()) visit(stageOfWire(wire));
  };
  visit(address);
  return found;
}

/**
 * Params as `stage.param`: of a set of models and all that it is made from. What differs between variants
 * that it is made from, as the mean of several does, is no param of it.
 */
export function paramsOfSet({ stages }: RunRecord, address: string): Pairs {
  const members = ancestry(stages, address);
  const own = Object.entries(stages).filter(([at]) => members.has(at));
  const axes = axesOf(address)
    // A dotted axis is the param itself.
    .filter(({ key }) => !key.includes('.'))
    .map(({ key, value }) => [`axis.${key}`, value] as const);
  return pairs([...agreed(own.flatMap(flattenStage)), ...axes]);
}

/** Params that are the same in every variant: those of the whole run. */
export function commonParams({ stages, info, seed }: RunRecord): Pairs {
  const common = agreed(Object.entries(stages).flatMap(flattenStage));
  return pairs([['spec', info.name], ['seed', text(seed)], ...common]);
}

/** Pairs whose key has one value only. */
function agreed(
  all: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const values = new Map<string, Set<string>>();
  for (const [key, value] of all) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values].flatMap(([key, [first = '', ...others]]) =>
    others.length === 0 ? [[key, first] as const] : [],
  );
}

function flattenStage([address, stage]: [string, ResolvedStage]): readonly [string, string][] {
  const name = stageName(address);
  return [[`${name}.uses`, stage.uses], ...flatten(name, stage.with)];
}

function flatten(prefix: string, value: Json): readonly [string, string][] {
  const nested = isJsonObject(value) && Object.keys(value).length > 0;
  if (!nested) return [[prefix, text(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(`${prefix}.${key}`, inner));
}

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function pairs(entries: readonly (readonly [string, string])[]): Pairs {
  return Object.fromEntries(
    entries.map(([key, value]) => [toKey(key), cutText(value, limits.paramValue)]),
  );
}
