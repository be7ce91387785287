import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelMessage, nodeMessage, valueMessage } from './messages.ts';
import { join } from './protobuf.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A model loaded into ONNX Runtime. */
export interface Session {
  /** The outputs named by `fetch`. Throws if the runtime does. */
  run(feeds: Tensors, fetch: readonly string[]): Promise<Tensors>;
  close(): Promise<void>;
}

/**
 * Opens a model on the CPU. Thread counts are pinned and nodes run in order: the sums of a kernel
 * depend on how it splits its work, so equal bits need an equal number of threads.
 */
export async function openSession(
  model: Uint8Array,
  { threads, constantFilters }: { readonly threads: number; readonly constantFilters: boolean },
): Promise<Session> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // The runtime blocks what has constant filters; a training graph has blocked its own.
    graphOptimizationLevel: constantFilters ? 'all' : 'extended',
    logSeverityLevel: 3,
    // A waiting thread sleeps: another fold may need the core.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const session = await InferenceSession.create(model, options);
  return {
    run: async (feeds, fetch) => (await session.run(feeds, fetch)) as Tensors,
    close: () => session.release(),
  };
}

/** A float32 tensor over `data`, which must not change while it is in use. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor('float32', data, shape);
}

/**
 * How many channels the runtime's blocked kernels put together on this processor (16 with AVX-512, 8
 * with AVX2), or 0 without such kernels: seen from where two pixels of 32 channels are put.
 */
export async function probeBlock(): Promise<number> {
  const channels = 32;
  const model = join(
    modelMessage(
      {
        nodes: [
          nodeMessage({
            ...{ type: 'ReorderInput', domain: 'com.microsoft.nchwc', attributes: {} },
            ...{ inputs: ['x'], outputs: ['y'] },
          }),
        ],
        constants: [],
        inputs: [valueMessage('x', [1, channels, 1, 2])],
        outputs: [valueMessage('y', [1, channels, 1, 2])],
      },
      { '': 18, 'com.microsoft.nchwc': 1 },
    ),
  );
  const numbers = Float32Array.from({ length: 2 * channels }, (_, i) => i);
  try {
    const session = await openSession(model, { threads: 1, constantFilters: false });
    const found = await session.run({ x: tensor(numbers, [1, channels, 1, 2]) }, ['y']);
    await session.close();
    // The second pixel of channel 0 lies behind one block of first pixels.
    const block = (found['y']!.data as Float32Array).indexOf(1);
    return block > 1 && channels % block === 0 ? block : 0;
  } catch {
    return 0;
  }
}
