import { isAbsolute, resolve } from 'node:path';
import type { SpecStage } from '../../report/spec-stages.ts';
import type { Json, JsonObject } from '../../util/json.ts';

/** What brings recordings in, or only chooses among them: new recordings take its place. */
const sources = new Set(['fetch', 'merge', 'select', 'augment-corpus']);
/** Says what training does at random, and changes no features. */
const forTraining = new Set(['augment']);

/** The part of a recorded experiment that turns recordings into features, for other recordings. */
export interface FrontEnd {
  /** A spec, as JSON. */
  readonly spec: JsonObject;
  /** Stage of it that brings the recordings in. */
  readonly corpus: string;
  /** Stage of it by address of the recorded one. */
  readonly made: ReadonlyMap<string, string>;
}

/**
 * Copies the stages that `wanted` are made by, with the params that they had, behind a `fetch` of other files.
 * @param folder of the recorded spec: own stages and files that params name are found from there
 */
export function frontEndOf(
  recorded: readonly SpecStage[],
  wanted: readonly string[],
  {
    fetch,
    folder,
    seed,
  }: { readonly fetch: JsonObject; readonly folder: string; readonly seed: number },
): FrontEnd {
  const byAddress = new Map(recorded.map((stage) => [stage.address, stage]));
  const stages: Record<string, Json> = { recordings: { uses: 'fetch', with: fetch } };
  const made = new Map<string, string>();
  const copy = (address: string): string => {
    const known = made.get(address);
    if (known !== undefined) return known;
    const stage = byAddress.get(address);
    if (stage === undefined) throw new Error(`resolved.yaml has no stage ${address}`);
    const name = nameOf(stage);
    made.set(address, name);
    return name;
  };
  const nameOf = ({ address, kind, params, inputs }: SpecStage): string => {
    if (sources.has(kind)) return 'recordings';
    const wires = Object.entries(inputs).map(([port, from]) => [port, from.map(copy)] as const);
    if (forTraining.has(kind)) return wires[0]?.[1][0] ?? 'recordings';
    const name = freeName(address.replace(/\[.*/, ''), stages);
    stages[name] = {
      uses: kind.startsWith('.') && !isAbsolute(kind) ? resolve(folder, kind) : kind,
      in: Object.fromEntries(
        wires.map(([port, [first = '', ...more]]) => [
          port,
          more.length === 0 ? first : [first, ...more],
        ]),
      ),
      with: params,
    };
    return name;
  };
  for (const address of wanted) copy(address);
  return { spec: { name: 'predict', seed, stages }, corpus: 'recordings', made };
}

/** Variants of a stage become stages of their own. */
function freeName(wanted: string, taken: Readonly<Record<string, Json>>): string {
  let name = wanted;
  for (let n = 2; name in taken; n++) name = `${wanted}-${n}`;
  return name;
}
