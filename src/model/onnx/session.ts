import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device, Runtime } from '../engine.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A model loaded into ONNX Runtime. */
export interface Session {
  /** The outputs named by `fetch`. Throws if the runtime does. */
  run(feeds: Tensors, fetch: readonly string[]): Promise<Tensors>;
  close(): Promise<void>;
}

/** The device that was asked for is not there. */
class NoDevice extends Error {
  override readonly name = 'NoDevice';
  readonly device: Device;
  constructor(device: Device, cause: unknown) {
    // The runtime puts files and conditions of its own source first.
    const sentences = (cause as Error).message.split(/\. |\n/);
    const reason = sentences.filter((text) => text !== '').at(-1) ?? '';
    super(`ONNX Runtime cannot use the device ${device}: ${reason}`);
    this.device = device;
  }
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
    throw device === 'cpu' ? error : new NoDevice(device, error);
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
