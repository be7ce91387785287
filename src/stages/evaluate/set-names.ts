import {
  type Address,
  matchAddress,
  parseAddress,
  parseGlob,
  stageName,
} from '../../engine/address.ts';
import type { ParamProblem } from '../../engine/stage.ts';
import type { Json } from '../../util/json.ts';
import { nearest } from '../../util/suggest.ts';

export interface SetName {
  /** The stage's name; its whole address where several sets come from one stage. */
  readonly name: string;
  /** Matrix axis to variant; a variant that is a number is one. */
  readonly variant: Readonly<Record<string, Json>>;
}

/** Names sets of models by the addresses they came from. */
export function setNames(addresses: readonly string[]): readonly SetName[] {
  const parsed = addresses.map((text): Address => {
    const address = parseAddress(text);
    return address.ok ? address.value : [{ name: text, select: [] }];
  });
  const stages = parsed.map((address) => address.map(({ name }) => name).join('/'));
  return parsed.map((address, i) => {
    const alone = stages.indexOf(stages[i] ?? '') === stages.lastIndexOf(stages[i] ?? '');
    const select = address.flatMap((segment) => segment.select);
    return {
      name: (alone ? stages[i] : addresses[i]) ?? '',
      variant: Object.fromEntries(select.map(({ key, value }) => [key, variantValue(value)])),
    };
  });
}

/** Places of the sets that a name means: one of `names`, or else a pattern over addresses. */
export function findSets(
  wanted: string,
  names: readonly SetName[],
  addresses: readonly string[],
): readonly number[] {
  const named = names.findIndex(({ name }) => name === wanted);
  if (named >= 0) return [named];
  const glob = parseGlob(wanted);
  if (!glob.ok) return [];
  return addresses.flatMap((text, i) => {
    const address = parseAddress(text);
    return address.ok && matchAddress(glob.value, address.value) ? [i] : [];
  });
}

/** A reference that no set of these stages can have, whatever their variants are. */
export function checkReference(
  wanted: string | null,
  stages: readonly string[],
): readonly ParamProblem[] {
  if (wanted === null) return [];
  const glob = parseGlob(wanted);
  const parts = glob.ok ? glob.value : [];
  const names = parts.map((part) => (part === '**' ? part : { name: part.name, select: [] }));
  if (stages.some((name) => matchAddress(names, [{ name, select: [] }]))) return [];
  return [
    {
      path: ['reference'],
      message: `reference "${wanted}" names none of the stages that are compared`,
      nearest: nearest(stageName(wanted), stages),
      hint: `Wired to models: ${stages.join(', ')}.`,
    },
  ];
}

function variantValue(text: string): Json {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
