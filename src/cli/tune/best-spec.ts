import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { StudyTrial } from '../../artifacts/study.ts';
import { formatAddress, parseAddress, stageName } from '../../engine/address.ts';
import type { Spec, StageSpec, WireSource } from '../../engine/spec/types.ts';
import { isJsonObject, type Json, type JsonObject } from '../../util/json.ts';

/** The best trial that is complete, the first of equals; undefined where there is none. */
export function bestOf(trials: readonly StudyTrial[]): StudyTrial | undefined {
  return trials
    .filter(({ state, value }) => state === 'complete' && value !== null)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0) || a.trial - b.trial)[0];
}

export interface BestOptions {
  /** Path of the spec with the search, from the new one. */
  readonly base: string;
  readonly name: string;
  /** Address of the search: of one variant, where a matrix multiplies it. */
  readonly search: string;
  /** Name of the stage that it varied. */
  readonly target: string;
  /** What the base says by itself. */
  readonly written: Spec;
  /** The same with all overrides. */
  readonly spec: Spec;
  /** Overrides of vars, which may stand anywhere. */
  readonly vars: JsonObject;
  /** Params of a stage with the winner's values. */
  readonly wanted: (stage: StageSpec) => JsonObject;
  /** Params as they are written in the new file, whose relative paths start elsewhere. */
  readonly moved: (stage: StageSpec, params: JsonObject) => JsonObject;
  readonly comment: string;
}

/**
 * A spec that extends the one with the search: the search is taken out, the winner's values and the overrides
 * are set, what read the search reads the stage that it varied, and other variants are left out.
 */
export function bestSpec(options: BestOptions): string {
  const { base, name, search, target, written, spec, vars, wanted, moved, comment } = options;
  const from = stageName(search);
  const stages: Record<string, unknown> = {};
  for (const stage of spec.stages) {
    if (stage.name === from) continue;
    const before = written.stages.find((one) => one.name === stage.name)?.with ?? {};
    const params = moved(stage, patch(before, wanted(stage)) as JsonObject);
    const changed = {
      ...(Object.keys(params).length > 0 && { with: params }),
      ...(readsFrom(stage, from) && { in: inputsOf(stage, from, target) }),
    };
    if (Object.keys(changed).length > 0) stages[stage.name] = changed;
  }
  stages[from] = null;
  const others = otherVariants(spec, search);
  const body = stringify({
    extends: base,
    name,
    ...(spec.seed !== written.seed && { seed: spec.seed }),
    ...(Object.keys(vars).length > 0 && { vars }),
    stages,
    ...(others.length > 0 && { matrix: { exclude: [...spec.exclude, ...others] } }),
  });
  return `${comment.replaceAll(/^/gm, '# ')}\n${body}`;
}

/** What `extends` makes `wanted` of `base` by: maps are merged, null takes a key away (RFC 7396). */
function patch(base: Json | undefined, wanted: Json): Json {
  if (!isJsonObject(base) || !isJsonObject(wanted)) return wanted;
  const gone = Object.keys(base).filter((key) => !Object.hasOwn(wanted, key));
  const set = Object.entries(wanted).filter(([key, one]) => !isDeepStrictEqual(base[key], one));
  return Object.fromEntries([
    ...gone.map((key) => [key, null] as const),
    ...set.map(([key, one]) => [key, patch(base[key], one)] as const),
  ]);
}

function readsFrom({ inputs }: StageSpec, search: string): boolean {
  return inputs.some(({ from }) => from.some(({ stage }) => stage === search));
}

/** All that a stage reads, the target in place of the search; what was omitted is found again. */
function inputsOf({ inputs }: StageSpec, search: string, target: string): Record<string, unknown> {
  const wired = inputs
    .filter(({ filled }) => !filled)
    .map(({ port, from }): [string, unknown] => {
      const names = from.map((one) =>
        wireText(one.stage === search ? { ...one, stage: target } : one),
      );
      const [first, ...more] = new Set(names);
      return [port, more.length === 0 ? first : [first, ...more]];
    });
  return Object.fromEntries(wired);
}

/** As it is written under `in`. */
function wireText({ stage, output, select }: WireSource): string {
  const pairs = select === '*' ? [] : Object.entries(select);
  const named = formatAddress([
    { name: stage, select: pairs.map(([key, value]) => ({ key, value })) },
  ]);
  return `${named}${select === '*' ? '[*]' : ''}.${output}`;
}

/** Axis → variant of an address. */
export function choiceOf(address: string): Readonly<Record<string, string>> {
  const parsed = parseAddress(address);
  const select = parsed.ok ? (parsed.value[0]?.select ?? []) : [];
  return Object.fromEntries(select.map(({ key, value }) => [key, value]));
}

/** Combinations that leave only the variant of an address. */
function otherVariants({ matrix }: Spec, address: string): readonly Record<string, string>[] {
  return Object.entries(choiceOf(address)).flatMap(([axis, chosen]) =>
    (matrix.find(({ name }) => name === axis)?.variants ?? [])
      .filter(({ name }) => name !== chosen)
      .map(({ name }) => ({ [axis]: name })),
  );
}
