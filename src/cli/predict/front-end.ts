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
 * @param own paths of own stages, by kind
 */
export function frontEndOf(
  recorded: readonly SpecStage[],
  wanted: readonly string[],
  { fetch, own }: { readonly fetch: JsonObject; readonly own: ReadonlyMap<string, string> },
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
      uses: own.get(kind) ?? kind,
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
  return { spec: { name: 'predict', stages }, corpus: 'recordings', made };
}

/** Variants of a stage become stages of their own. */
function freeName(wanted: string, taken: Readonly<Record<string, Json>>): string {
  let name = wanted;
  for (let n = 2; name in taken; n++) name = `${wanted}-${n}`;
  return name;
}
