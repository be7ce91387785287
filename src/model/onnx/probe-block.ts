import { modelMessage, nodeMessage, valueMessage } from './messages.ts';
import { join } from './protobuf.ts';
import { openSession, tensor } from './session.ts';

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
