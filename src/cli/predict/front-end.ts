import { stageName } from '../../engine/address.ts';
import type { SpecStage } from '../../report/spec-stages.ts';
import type { Json, JsonObject } from '../../util/json.ts';
import { UsageError } from '../command.ts';

/** Chooses among clips, joins them, or says what training does at random: new recordings pass by. */
const passedBy = new Set(['select', 'merge', 'augment', 'augment-corpus']);

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
 * Copies the stages that `wanted` are made by, with the params and the seed that they had, behind a `fetch` of other
 * files.
 * @param own paths of own stages, by kind
 */
export function frontEndOf(
  recorded: readonly SpecStage[],
  wanted: readonly string[],
  {
    fetch,
    own,
    seed,
  }: {
    readonly fetch: JsonObject;
    readonly own: ReadonlyMap<string, string>;
    readonly seed: number;
  },
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
    if (kind === 'fetch') return 'recordings';
    const wires = Object.entries(inputs).map(([port, from]) => [port, from.map(copy)] as const);
    if (passedBy.has(kind)) {
      const [only = 'recordings', ...more] = new Set(wires.flatMap(([, from]) => from));
      if (more.length === 0) return only;
      throw new UsageError(
        `${address} joins sound that was made in several ways, and recordings can be made in one`,
        'Train on sound that all went through the same stages.',
      );
    }
    if (kind === 'command') {
      throw new UsageError(
        `${address} is a command, whose files lie beside its spec`,
        'Models whose features come from stages of affekt, or own stages in TypeScript, can predict.',
      );
    }
    const name = freeName(stageName(address), stages);
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
  return { spec: { name: 'predict', seed, stages }, corpus: 'recordings', made };
}

/** Variants of a stage become stages of their own. */
function freeName(wanted: string, taken: Readonly<Record<string, Json>>): string {
  let name = wanted;
  for (let n = 2; name in taken; n++) name = `${wanted}-${n}`;
  return name;
}
