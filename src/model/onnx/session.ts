import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Runtime } from '../engine.ts';
import { NoDevice } from '../no-device.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A model loaded into ONNX Runtime. */
export interface Session {
  /** The outputs named by `fetch`. Throws if the runtime does. */
  run(feeds: Tensors, fetch: readonly string[]): Promise<Tensors>;
  close(): Promise<void>;
}

/**
 * Opens a model. Thread counts are pinned and nodes run in order: the sums of a kernel
 * depend on how it splits its work, so equal bits need an equal number of threads.
 */
export async function openSession(
  model: Uint8Array,
  { threads, device = 'cpu', constantFilters }: Runtime & { readonly constantFilters: boolean },
): Promise<Session> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // The runtime blocks what has constant filters; a training graph has blocked its own.
    graphOptimizationLevel: constantFilters ? 'all' : 'extended',
    logSeverityLevel: 3,
    // A waiting thread sleeps: another fold may need the core.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const session = await InferenceSession.create(model, options).catch((error: unknown) => {
    if (device === 'cpu') throw error;
    // The runtime puts files and conditions of its own source first.
    const sentences = (error as Error).message.split(/\. |\n/).filter((text) => text !== '');
    throw new NoDevice('ONNX Runtime', device, sentences.at(-1) ?? '');
  });
  return {
    run: async (feeds, fetch) => (await session.run(feeds, fetch)) as Tensors,
    close: () => session.release(),
  };
}

/** A float32 tensor over `data`, which must not change while it is in use. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor('float32', data, shape);
}
