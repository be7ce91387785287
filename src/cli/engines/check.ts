import { compareEngines } from '../../model/compare-engines.ts';
import { openEngine } from '../../model/engines.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';

/** Sums of float32 in other orders differ by a tenth of this. */
const most = 1e-4;

/**
 * Trains one step on TensorFlow.js and on ONNX Runtime, from the same weights and clips. Exit code 3 when
 * their gradients differ, or when the same step twice gives other bits. `folder` is empty for plain
 * JavaScript.
 */
export async function checkEngine(name: string, folder: string, io: Io): Promise<number> {
  const runtime = { threads: 1, device: 'cpu' } as const;
  const trusted = await openEngine({ engine: 'onnx', folder: '', ...runtime });
  const engine = await openEngine({ engine: 'tfjs', folder, ...runtime });
  const { difference, repeats } = await compareEngines(engine, trusted);
  const same = repeats ? 'the same bits twice' : 'other bits the second time';
  io.out.write(
    `${name}: gradients within ${difference.toExponential(1)} of ONNX Runtime's, ${same}\n`,
  );
  return difference <= most && repeats ? exitCode.ok : exitCode.negative;
}
