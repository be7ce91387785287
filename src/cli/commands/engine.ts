import { installedFolder, readInstalled } from '../../engine/installed.ts';
import { type NativeName, nativeBackends, plainVersion } from '../../model/tfjs/backend.ts';
import { defineCommand, UsageError } from '../command.ts';
import { checkEngine } from '../engines/check.ts';
import { installEngine } from '../engines/install.ts';
import { listEngines } from '../engines/list.ts';
import { InstallFailed } from '../engines/step.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { listenForInterrupts } from '../signals.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { withConfig } from '../with-config.ts';

export const engine = defineCommand({
  name: 'engine',
  usage: { list: '', install: 'tfjs-node', check: '[tfjs|tfjs-node|tfjs-node-gpu]' },
  summary:
    'What trains networks: what there is, getting TensorFlow, and whether it computes right.',
  positionals: { least: 1, most: 2 },
  options: {
    gpu: { type: 'flag', summary: 'install: TensorFlow for NVIDIA’s graphics processors' },
    folder: { type: 'text', value: 'F', summary: 'check: what lies in this folder' },
    json: { type: 'flag', summary: 'list: one backend per line, as JSON' },
  },
  examples: ['affekt engine list', 'affekt engine install tfjs-node'],
  async run({ options, positionals: [action, name], io }) {
    return withConfig(io, ({ settings }) => {
      const data = settings['data.path'];
      switch (action) {
        case 'list':
          return list(data, options.json, io);
        case 'install':
          return install(data, nativeName(name, options.gpu), io);
        default:
          return check(data, name, options.folder, io);
      }
    });
  },
});

function nativeName(name: string | undefined, gpu: boolean): NativeName {
  if (name === 'tfjs-node') return gpu ? 'tfjs-node-gpu' : name;
  if (name === 'tfjs-node-gpu') return name;
  throw new UsageError(
    name === undefined ? 'a name is needed' : `there is no engine "${name}" to install`,
    'affekt engine install tfjs-node [--gpu]',
  );
}

function list(data: string, json: boolean, io: Io): number {
  const engines = listEngines(data);
  if (json) {
    for (const row of engines) io.out.write(`${JSON.stringify(row)}\n`);
    return exitCode.ok;
  }
  const rows = engines.map(({ engine: of, backend, devices, ready, hint = '' }) => [
    of,
    backend,
    ready ? devices.join(', ') : 'not installed',
    hint,
  ]);
  io.out.write(formatTable([['engine', 'backend', 'devices', ''], ...rows]));
  return exitCode.ok;
}

async function install(data: string, name: NativeName, io: Io): Promise<number> {
  const { red, green } = createStyle(io.out.colour);
  const interrupt = listenForInterrupts(() => io.err.write('stopping\n'));
  try {
    const say = (line: string): void => io.out.write(`${line}\n`);
    const { env } = io;
    const { version, folder } = await installEngine({
      ...{ data, name, env, signal: interrupt.signal, say },
    });
    const device = name === 'tfjs-node-gpu' ? ', device: cuda' : '';
    io.out.write(`${green('ready')}: ${version}, in ${folder}\nUse it by engine: tfjs${device}\n`);
    return exitCode.ok;
  } catch (error) {
    const code = interrupt.code();
    if (code !== undefined) return code;
    if (!(error instanceof InstallFailed)) throw error;
    const shown = error.output.split('\n').slice(-shownLines);
    if (error.output !== '') io.err.write(`${shown.map((line) => `  ${line}\n`).join('')}`);
    io.err.write(`${red('not installed')}: ${error.message}\n  ${error.hint}\n`);
    return exitCode.failed;
  } finally {
    interrupt.dispose();
  }
}

/** Compilers say most at the end. */
const shownLines = 20;

function check(
  data: string,
  name = 'tfjs',
  folder: string | undefined,
  io: Io,
): number | Promise<number> {
  if (name === 'tfjs') return checkEngine(plainVersion, '', io);
  const native = nativeBackends.find((one) => one === name);
  const place = folder ?? installedFolder(data, name);
  const found = native && readInstalled(place, native);
  if (found) return checkEngine(found.version, place, io);
  throw new UsageError(
    native ? `${name} is not installed` : `there is no engine "${name}"`,
    native ? `affekt engine install ${name}` : `Engines are tfjs, ${nativeBackends.join(', ')}.`,
  );
}
