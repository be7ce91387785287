type Shapes = readonly {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}[];

/** What a model takes and gives, as `MLmodel` says it: both sides are JSON as text. */
export interface Signature {
  readonly inputs: string;
  readonly outputs: string;
  readonly params: null;
}

/** Asked of the model itself; `undefined` where the runtime cannot open it. A free length is -1. */
export async function signatureOf(model: string): Promise<Signature | undefined> {
  try {
    // Loaded only where there is a model to describe.
    const { InferenceSession } = await import('onnxruntime-node');
    const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
    const [inputs, outputs] = [tensors(session.inputMetadata), tensors(session.outputMetadata)];
    await session.release();
    return { inputs, outputs, params: null };
  } catch {
    return undefined;
  }
}

function tensors(shapes: Shapes): string {
  return JSON.stringify(
    shapes.map(({ name, type, shape = [] }) => ({
      name,
      type: 'tensor',
      'tensor-spec': {
        dtype: type,
        shape: shape.map((size) => (typeof size === 'number' ? size : -1)),
      },
    })),
  );
}
