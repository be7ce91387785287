import type { State, Tensors } from '../engine.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../safetensors.ts';
import { type Epoch, epochWidth, packEpoch, unpackEpoch } from './history.ts';

/** A model that predicts: parameters and running statistics. */
export interface Weights {
  readonly parameters: Tensors;
  readonly buffers: Tensors;
}

/** Where a training is between two epochs: all that its rest depends on. */
export interface Checkpoint {
  readonly state: State;
  readonly history: readonly Epoch[];
  /** The weights of the epoch that validated best, where a training stops early. */
  readonly best: Weights | null;
}

const parts = [
  'parameters',
  'buffers',
  'firstMoment',
  'secondMoment',
  'averageParameters',
  'averageBuffers',
] as const satisfies readonly (keyof State)[];

/** A checkpoint as a safetensors file, bit for bit. */
export function encodeCheckpoint({ state, history, best }: Checkpoint): Uint8Array {
  const tensors: Record<string, Tensor> = {
    step: { shape: [1], data: Float64Array.of(state.step) },
    history: {
      shape: [history.length, epochWidth],
      data: Float64Array.from(history.flatMap(packEpoch)),
    },
  };
  const add = (part: string, named: Tensors): void => {
    for (const [name, tensor] of Object.entries(named)) tensors[`${part}/${name}`] = tensor;
  };
  for (const part of parts) add(part, state[part]);
  if (best !== null) {
    add('bestParameters', best.parameters);
    add('bestBuffers', best.buffers);
  }
  return encodeSafetensors(tensors);
}

/** Throws on bytes that are no checkpoint. */
export function decodeCheckpoint(file: Uint8Array): Checkpoint {
  const tensors = decodeSafetensors(file);
  const numbers = (name: string): Float64Array => {
    const data = tensors[name]?.data;
    if (!(data instanceof Float64Array)) throw new Error(`not a checkpoint: ${name} is missing`);
    return data;
  };
  const named = (part: string): Tensors => {
    const found: Record<string, { shape: readonly number[]; data: Float32Array }> = {};
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      if (!name.startsWith(`${part}/`)) continue;
      if (!(data instanceof Float32Array))
        throw new Error(`not a checkpoint: ${name} is no float32`);
      found[name.slice(part.length + 1)] = { shape, data };
    }
    return found;
  };
  const rows = numbers('history');
  const history = Array.from({ length: rows.length / epochWidth }, (_, i) =>
    unpackEpoch(rows.subarray(i * epochWidth, (i + 1) * epochWidth)),
  );
  const state = Object.fromEntries(parts.map((part) => [part, named(part)]));
  const best = { parameters: named('bestParameters'), buffers: named('bestBuffers') };
  return {
    state: { ...state, step: numbers('step')[0] ?? 0 } as State,
    history,
    best: Object.keys(best.parameters).length > 0 ? best : null,
  };
}
