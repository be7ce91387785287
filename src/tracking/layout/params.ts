import { stageName } from '../../engine/address.ts';
import { ancestry, type SpecStage } from '../../report/spec-stages.ts';
import { isJsonObject, type Json } from '../../util/json.ts';
import { cutText, limits, type Pairs, toKey } from '../client/index.ts';
import { axesOf } from './names.ts';
import type { RunRecord } from './record.ts';

/**
 * Params as `stage.param`: of a set of models and all that it is made from. What differs between variants
 * that it is made from, as the mean of several does, is no param of it.
 */
export function paramsOfSet({ stages }: RunRecord, address: string): Pairs {
  const members = ancestry(stages, address);
  const own = stages.filter((stage) => members.has(stage.address));
  const axes = axesOf(address)
    // A dotted axis is the param itself.
    .filter(({ key }) => !key.includes('.'))
    .map(({ key, value }) => [`axis.${key}`, value] as const);
  return pairs([...agreed(own.flatMap(flattenStage)), ...axes]);
}

/** Params that are the same in every variant: those of the whole run. */
export function commonParams({ stages, info, seed }: RunRecord): Pairs {
  const common = agreed(stages.flatMap(flattenStage));
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

function flattenStage({ address, kind, params }: SpecStage): readonly [string, string][] {
  const name = stageName(address);
  return [[`${name}.uses`, kind], ...flatten(name, params)];
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
