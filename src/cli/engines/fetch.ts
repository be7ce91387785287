import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pinned } from '../../model/tfjs/backend.ts';
import { formatBytes } from '../../report/format.ts';
import { runProgram } from '../run-program.ts';
import { InstallFailed, type InstallOptions, runStep } from './step.ts';

/** What the two variants take from PyPI. */
const wheels = {
  'tfjs-node': { wheel: 'tensorflow-cpu', bytes: 275e6 },
  'tfjs-node-gpu': { wheel: 'tensorflow', bytes: 572e6 },
} as const;

/** The JavaScript, the binding's sources and Node's headers, below `node_modules` of `work`. */
export async function fetchPackages(
  { name, env, signal, say }: InstallOptions,
  work: string,
): Promise<void> {
  const wanted = [
    `@tensorflow/${name}@${pinned.tfjs}`,
    `node-api-headers@${pinned.nodeApiHeaders}`,
  ];
  say(`npm: ${wanted.join(', ')}`);
  const manifest = { name: `affekt-${name}`, private: true };
  writeFileSync(join(work, 'package.json'), `${JSON.stringify(manifest)}\n`);
  // The package's own script would download from a host that is no package registry.
  const flags = ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error'];
  await runStep(
    ['npm', 'install', ...flags, ...wanted],
    { cwd: work, env, signal },
    {
      failed: `npm could not install ${wanted.join(' and ')}`,
      hint: 'npm config get registry shows where it asks.',
    },
  );
}

/** TensorFlow's C library in `work`/tensorflow, and of its headers those that the binding includes. */
export async function fetchTensorFlow(options: InstallOptions, work: string): Promise<void> {
  const { name, env, signal, say } = options;
  const { wheel, bytes } = wheels[name];
  const version = pinned.tensorflow;
  const folder = join(work, 'wheel');
  say(`pip: ${wheel} ${version}, ${formatBytes(bytes)}`);
  await pip(options, 'download', ['--dest', folder, `${wheel}==${version}`]);
  const [file = ''] = readdirSync(folder);
  const include = 'tensorflow/include/';
  const headers = [
    'tensorflow/c/',
    'tensorflow/core/platform/',
    'tensorflow/tsl/',
    'tsl/',
    'xla/tsl/',
  ];
  await runStep(
    [
      ...(['python3', '-c', unpack, join(folder, file), work] as const),
      ...['tensorflow/libtensorflow_cc.so', 'tensorflow/libtensorflow_framework.so'],
      ...headers.map((path) => include + path),
      `${wheel.replace('-', '_')}-${version}.dist-info/METADATA`,
    ],
    { env, signal },
    {
      failed: `${file} could not be unpacked`,
      hint: 'The disk is full, or the download is damaged: make room and run the command again.',
    },
  );
  rmSync(folder, { recursive: true });
  const libraries = ['cc', 'framework'].map((part) =>
    join(work, 'tensorflow', `libtensorflow_${part}.so.2`),
  );
  const absent = libraries.find((path) => !existsSync(path));
  if (absent !== undefined) {
    throw new InstallFailed(
      `${wheel} ${version} does not hold ${basename(absent)}`,
      'python3 -m pip config list shows where pip asks: that mirror has another file of this name.',
    );
  }
  // A quarter of them are symbols for debuggers; without strip they stay.
  await runProgram(['strip', '--strip-unneeded', ...libraries], { env, signal }).catch(() => '');
  if (name === 'tfjs-node-gpu') await fetchCuda(options, work);
}

/** Extracts those members of a wheel whose names start in one of the given ways. */
const unpack = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [name for name in wheel.namelist() if name.startswith(tuple(sys.argv[3:]))]
    wheel.extractall(sys.argv[2], names)
`;

/** The CUDA libraries that this TensorFlow was built for, in `work`/nvidia, where it looks for them. */
async function fetchCuda(options: InstallOptions, work: string): Promise<void> {
  const info = `tensorflow-${pinned.tensorflow}.dist-info`;
  const metadata = readFileSync(join(work, info, 'METADATA'), 'utf8');
  const named = metadata.matchAll(/^Requires-Dist: (nvidia-[^;]+); extra == "and-cuda"/gm);
  const packages = [...named].map(([, requirement = '']) => requirement.replace(/[\s()]/g, ''));
  options.say(`pip: ${packages.length} packages of CUDA, about 2.8 GB`);
  const target = join(work, 'cuda');
  await pip(options, 'install', ['--no-warn-conflicts', '--target', target, ...packages]);
  renameSync(join(target, 'nvidia'), join(work, 'nvidia'));
  rmSync(target, { recursive: true });
}

/** Wheels for one version of Python, whatever runs here: their C library is the same in all. */
async function pip(
  { env, signal }: InstallOptions,
  action: 'download' | 'install',
  args: readonly string[],
): Promise<void> {
  const platforms = ['manylinux_2_27', 'manylinux_2_17', 'manylinux2014'];
  await runStep(
    [
      ...(['python3', '-m', 'pip', action, '--quiet', '--no-deps'] as const),
      ...['--only-binary=:all:', '--implementation', 'cp', '--python-version', '3.11'],
      ...['--abi', 'cp311', '--abi', 'none'],
      ...platforms.flatMap((platform) => ['--platform', `${platform}_x86_64`]),
      ...args,
    ],
    {
      env: { ...env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' },
      signal,
    },
    {
      failed: `pip could not ${action} ${args.at(-1)}`,
      hint: 'python3 -m pip config list shows where it asks.',
    },
  );
}
