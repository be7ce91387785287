import { type Address, formatAddress, parseAddress } from '../../engine/address.ts';
import { sha256 } from '../../engine/digest.ts';
import type { RunInfo } from '../../engine/record/types.ts';
import type { RunUid } from './operations.ts';

/**
 * What tells a run from all others, on every machine: ids of four letters may meet. It stays when the run is
 * continued.
 */
export function uidOf({ id, name, started, spec_digest }: RunInfo): RunUid {
  return `${id}-${sha256([id, name, started, spec_digest].join('\n')).slice(0, 20)}` as RunUid;
}

/** A run inside the run. */
export function childUid(parent: RunUid, ...parts: readonly string[]): RunUid {
  const [root] = parent.split('/');
  return `${root}/${sha256(parts.join('\n')).slice(0, 16)}` as RunUid;
}

/** Where a model of one fold and seed belongs. */
export interface FoldPlace {
  /** Address of the set of models. */
  readonly set: string;
  readonly fold: number;
  readonly seed: number;
  /** Where it stopped, if a search had it go on from there in another task. */
  readonly until?: number;
}

/**
 * `cnn[arch=a,fold=3,seed=1]`; a control beside it (`cnn/logreg[fold=3]`) is no place of its own. In a search
 * the folds of a trial are named before the stage (`search[trial=3,fold=2]/cnn[fold=1,seed=1]`), and what was
 * chosen for an outer fold (`search[outer=2]/cnn[fold=1,seed=1]`) is a fold of the search itself.
 */
export function foldPlace(text: string): FoldPlace | undefined {
  const address = parse(text);
  const [search, last = search] = address;
  if (last === undefined || search === undefined || address.length > 2) return undefined;
  const numberOf = (of: typeof last, key: string) =>
    Number(of.select.find((one) => one.key === key)?.value);
  const [fold, seed] = [numberOf(last, 'fold'), numberOf(last, 'seed')];
  // What stopped to be gone on with is part of the training that did.
  if (!(fold >= 1) || !(seed >= 1) || numberOf(last, 'epochs') >= 1) return undefined;
  const without = (of: typeof last, keys: readonly string[]) => ({
    name: of.name,
    select: of.select.filter(({ key }) => !keys.includes(key)),
  });
  if (address.length === 1) {
    return { set: formatAddress([without(last, ['fold', 'seed'])]), fold, seed };
  }
  const [inner, outer] = [numberOf(search, 'fold'), numberOf(search, 'outer')];
  if (numberOf(search, 'trial') >= 0) {
    const until = numberOf(search, 'epochs');
    return inner >= 1
      ? {
          set: formatAddress([without(search, ['fold', 'epochs'])]),
          ...{ fold: inner, seed },
          ...(until >= 1 && { until }),
        }
      : undefined;
  }
  return outer >= 1
    ? { set: formatAddress([without(search, ['outer'])]), fold: outer, seed }
    : undefined;
}

/** A trial of a search: the search, its outer fold and the number; undefined for everything else. */
export function trialPlace(
  text: string,
): { readonly search: string; readonly outer: number | null; readonly trial: number } | undefined {
  const [first, ...more] = parse(text);
  const find = (key: string) => first?.select.find((one) => one.key === key)?.value;
  const trial = find('trial');
  if (first === undefined || more.length > 0 || trial === undefined) return undefined;
  const select = first.select.filter(({ key }) => key !== 'trial' && key !== 'outer');
  const outer = find('outer');
  return {
    search: formatAddress([{ name: first.name, select }]),
    outer: outer === undefined ? null : Number(outer),
    trial: Number(trial),
  };
}

/** `cnn/collect-models` is the end of `cnn`. */
export function stageOfTask(text: string, leaf: string): string {
  const address = parse(text);
  const last = address.at(-1);
  const inner = address.length > 1 && last?.name === leaf && last.select.length === 0;
  return inner ? formatAddress(address.slice(0, -1)) : text;
}

export function axesOf(text: string): readonly { readonly key: string; readonly value: string }[] {
  return parse(text).flatMap(({ select }) => select);
}

/**
 * As a person calls it among its siblings: `cnn[cnn.architecture=resnet9]` is `resnet9`,
 * `cnn[cnn.batch_size=16]` is `batch_size 16`, because a number alone says nothing.
 */
export function shortName(text: string, siblings: readonly string[]): string {
  const stage = parse(text).at(-1)?.name ?? text;
  const values = axesOf(text).map(({ key, value }) =>
    speaks.test(value) ? value : `${key.split('.').at(-1)} ${value}`,
  );
  const alone = new Set(siblings.map((one) => parse(one).at(-1)?.name)).size === 1;
  return [
    ...(alone && values.length > 0 ? [] : [stage]),
    ...(values.length > 0 ? [values.join(', ')] : []),
  ].join(' ');
}

/** A word of its own, not a number, a list or a truth value. */
const speaks = /^(?!(true|false|null|none)$)[\p{L}_]/u;

/** Names of files as every server stores them. */
export function fileName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 100);
}

function parse(text: string): Address {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed.value : [{ name: text, select: [] }];
}
