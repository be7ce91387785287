import { isJsonObject, type Json, type JsonObject } from '../util/json.ts';

/** A stage of a resolved spec. */
export interface SpecStage {
  readonly address: string;
  readonly kind: string;
  readonly params: JsonObject;
  /** Addresses of the stages that each port is fed by. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
}

export interface WiredStage extends SpecStage {
  /** `inputs` with the output that is read: `mel[mel.n_mels=40].features`. */
  readonly wires: Readonly<Record<string, readonly string[]>>;
}

/** The stages of `resolved.yaml`. Throws on what is not one. */
export function specStages(resolved: Json): readonly WiredStage[] {
  const stages = isJsonObject(resolved) ? resolved['stages'] : undefined;
  if (!isJsonObject(stages)) throw new Error('it lists no stages');
  return Object.entries(stages).map(([address, stage]) => {
    if (!isJsonObject(stage) || typeof stage['uses'] !== 'string') {
      throw new Error(`${address} does not say what it uses`);
    }
    const { uses, in: ports, with: params } = stage;
    const wires = Object.entries(isJsonObject(ports) ? ports : {}).map(
      ([port, from]) => [port, [from].flat().map(String)] as const,
    );
    return {
      ...{ address, kind: uses, params: isJsonObject(params) ? params : {} },
      inputs: Object.fromEntries(wires.map(([port, from]) => [port, from.map(stageAddress)])),
      wires: Object.fromEntries(wires),
    };
  });
}

/** `mel[mel.n_mels=40].features` → `mel[mel.n_mels=40]`. */
function stageAddress(wire: string): string {
  return wire.slice(0, wire.lastIndexOf('.'));
}

/** A stage and all that it is made from, as far as the list has them. */
export function ancestry(stages: readonly SpecStage[], address: string): ReadonlySet<string> {
  const byAddress = new Map(stages.map((stage) => [stage.address, stage]));
  const seen = new Set<string>();
  const visit = (one: string): void => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const from of Object.values(byAddress.get(one)?.inputs ?? {}).flat()) visit(from);
  };
  visit(address);
  return seen;
}
