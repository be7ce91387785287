import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type { Runtime } from '../engine.ts';
import { NoDevice } from '../no-device.ts';
import { type NativeName, nativeBackends } from './backend.ts';
import { nativeBackend, type TensorFlow } from './tensorflow.ts';

/**
 * What TensorFlow reads from the environment when it is loaded. Sums depend on threads and on oneDNN, so
 * neither is left to whoever starts the process.
 */
function environment({ threads }: Runtime): Readonly<Record<string, string>> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_DETERMINISTIC_OPS: '1',
    // Of a GPU: several folds may share one, and products keep all digits of float32.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    NVIDIA_TF32_OVERRIDE: '0',
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}

let loaded: { readonly as: string; readonly tf: TensorFlow } | undefined;

/**
 * TensorFlow.js with the native backend that is installed in `folder`, or in plain JavaScript where it
 * is empty. TensorFlow reads its environment once: a process that asks for another one throws.
 */
export async function loadTensorFlow(folder: string, runtime: Runtime): Promise<TensorFlow> {
  const as = folder === '' ? 'plain' : JSON.stringify([folder, runtime]);
  if (loaded !== undefined) {
    if (loaded.as !== as) throw new Error(`this process has TensorFlow ${loaded.as}, not ${as}`);
    return loaded.tf;
  }
  const tf = folder === '' ? await loadPlain() : loadNative(folder, runtime);
  loaded = { as, tf };
  return tf;
}

async function loadPlain(): Promise<TensorFlow> {
  // Bundlers give what a CommonJS module exports as its default alone.
  const { tf } = (await import('./plain.cjs')).default;
  // Without it the backend advises to install another one.
  tf.enableProdMode();
  return tf;
}

function loadNative(folder: string, runtime: Runtime): TensorFlow {
  Object.assign(process.env, environment(runtime));
  // tfjs-node calls both; Node 23 dropped the first and warns of the second.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: unknown };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  legacy.isArray = Array.isArray;
  const require = createRequire(join(folder, 'package.json'));
  const name = nativeBackends.find((one) => isInstalled(require, one));
  if (name === undefined) throw new Error(`no TensorFlow.js in ${folder}`);
  const tf = require(`@tensorflow/${name}`) as TensorFlow;
  const { device = 'cpu' } = runtime;
  if (device !== 'cpu' && nativeBackend(tf)?.isUsingGpuDevice !== true) {
    throw new NoDevice(
      'TensorFlow',
      device,
      'it sees no GPU; nvidia-smi shows whether there is one',
    );
  }
  return tf;
}

function isInstalled(require: NodeJS.Require, name: NativeName): boolean {
  try {
    require.resolve(`@tensorflow/${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
