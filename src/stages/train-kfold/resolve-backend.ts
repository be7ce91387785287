import { type CoordinateContext, TaskError } from '../../engine/stage.ts';
import { type Backend, backendFor } from '../../model/tfjs/backend.ts';
import type { KfoldParams } from './kfold-params.ts';

type Asked = Pick<CoordinateContext<KfoldParams>, 'params' | 'installed' | 'warn'>;

/**
 * What `engine: tfjs` computes with on this machine; its version becomes a param of every fold, so that
 * numbers of another one are other results. Undefined for what needs no such backend.
 */
export function resolveBackend({ params, installed, warn }: Asked): Backend | undefined {
  const { engine, device, architecture } = params;
  if (engine !== 'tfjs' || architecture === 'logreg') return undefined;
  const backend = backendFor(device, installed);
  if (backend === undefined) {
    throw new TaskError(
      `engine tfjs needs tfjs-node-gpu for device ${device}, which is not installed`,
      {
        hint: 'Run: affekt engine install tfjs-node --gpu; or use device: cpu.',
        machine: true,
      },
    );
  }
  if (backend.name === 'plain') warn(slow);
  return backend;
}

export const slow =
  'TensorFlow.js computes in plain JavaScript, some two thousand times slower than engine: onnx; affekt engine install tfjs-node makes it native';
