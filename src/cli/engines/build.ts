import { rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { makeFolder } from '../../engine/cache/durable.ts';
import { pinned } from '../../model/tfjs/backend.ts';
import { type InstallOptions, runStep } from './step.ts';

/**
 * The binding between the npm package and TensorFlow's C library. It finds the library by where it lies
 * itself, so the folder may be moved, and it resolves all of its functions when it is loaded, so a
 * missing one is seen when it is tried.
 */
export async function buildBinding(
  { name, env, signal, say }: InstallOptions,
  work: string,
): Promise<void> {
  say('g++: the binding');
  const modules = join(work, 'node_modules');
  const own = join(modules, '@tensorflow', name);
  const target = join(own, 'lib', 'napi-v8', 'tfjs_binding.node');
  const library = join(work, 'tensorflow');
  makeFolder(dirname(target));
  await runStep(
    [
      ...(['g++', '-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'] as const),
      `-I${join(modules, 'node-api-headers', 'include')}`,
      `-I${join(library, 'include')}`,
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(own, 'binding', source)),
      ...['-o', target, `-L${library}`],
      ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      `-Wl,-z,now,-rpath,$ORIGIN/${relative(dirname(target), library)}`,
    ],
    { env, signal },
    {
      failed: `the binding of ${name} ${pinned.tfjs} does not compile with TensorFlow ${pinned.tensorflow}`,
      hint: 'It takes a g++ that knows C++17 (9 or newer), and memory for it.',
    },
  );
  rmSync(join(library, 'include'), { recursive: true });
}
