import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import Type from 'typebox';
import { sha256 } from '../engine/digest.ts';
import { defineStage, type Source, type SourceContext } from '../engine/stage.ts';
import { unknownPlaceholders } from './command/placeholders.ts';

/**
 * Types that say nothing but what their validators see in their own files. The others say how they came
 * about (which clips were trained on, which were scored), and no file that a program wrote can prove that.
 */
const outputTypes = ['directory', 'file', 'table', 'corpus', 'features'] as const;

/** Any program as a stage: declared inputs, code, environment and outputs; nothing else is passed in. */
export const command = defineStage({
  kind: 'command',
  version: 1,
  summary: 'Runs any program on copies of its inputs and keeps what it writes.',
  tier: 'pooled',
  inputs: {},
  openInputs: true,
  outputs: {},
  outputsOf: ({ outputs }) =>
    Object.fromEntries(
      Object.entries(outputs).map(([port, type]) => [
        port,
        { type, summary: `what the program wrote to {outputs.${port}}` },
      ]),
    ),
  params: Type.Object(
    {
      run: Type.Union([Type.Array(Type.String(), { minItems: 1 }), Type.String({ minLength: 1 })], {
        description:
          'The program and its arguments, as a list; or one string for `sh -c`. `{inputs.NAME}`, `{outputs.NAME}` and `{params.NAME}` become the folder of an input, the folder of an output and a value.',
        examples: [['python3', 'stages/loudest.py']],
      }),
      code: Type.Array(Type.String({ 'x-affekt': 'path' }), {
        default: [],
        description:
          'Files or globs of the program, relative to the spec: their content is part of the key, as is that of a file that a word of a listed `run` names.',
      }),
      params: Type.Record(Type.String(), Type.Unknown(), {
        default: {},
        description: 'Values for the program, also in the JSON of AFFEKT_TASK.',
      }),
      env: Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), {
        default: [],
        description:
          'Environment variables that are passed on and are part of the key. PATH, HOME and TMPDIR are always passed and never part of it.',
      }),
      toolchain: Type.Array(Type.String(), {
        default: [],
        description:
          'Commands whose output names the tools, such as `python3 --version`: part of the key.',
      }),
      outputs: Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9_-]*$' }),
        Type.Enum([...outputTypes]),
        {
          default: { out: 'directory' },
          description: `Output ports and their artifact types (docs/artifacts.md): ${outputTypes.join(', ')}. No other type may be written by a program: they state how they came about, which their files cannot prove.`,
        },
      ),
      timeout: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
        default: null,
        description: 'Seconds after which the program is stopped. Not part of the key.',
        'x-affekt': 'unhashed',
      }),
    },
    { additionalProperties: false },
  ),
  checkWires: ({ run, params, outputs }, wired) => [
    ...unknownPlaceholders(run, 'inputs', Object.keys(wired)),
    ...unknownPlaceholders(run, 'outputs', Object.keys(outputs)),
    ...unknownPlaceholders(run, 'params', Object.keys(params)),
  ],
  sources(params, context) {
    const named = params.code.flatMap((pattern) => context.files(pattern, 'code'));
    const files = [...new Set([...named, ...filesInWords(params.run, context)])].sort();
    const listing = files.map(
      (file) => `${relative(context.folder, file)}\0${context.hashFile(file)}`,
    );
    const sources: Source[] = [
      { name: 'code', digest: sha256(listing.join('\n')), location: context.folder, files },
    ];
    for (const name of params.env) {
      const value = context.env(name);
      const digest = sha256(value === undefined ? 'unset' : `=${value}`);
      sources.push({ name: `env ${name}`, digest, location: value ?? null, files: [] });
    }
    for (const line of params.toolchain) {
      sources.push({
        name: `toolchain ${line}`,
        digest: sha256(context.output(line)),
        location: null,
        files: [],
      });
    }
    return sources;
  },
  run: async (context) => (await import('./command/run-command.ts')).runCommand(context),
});

/** Files below the spec that words of a program name (`[python3, loudest.py]`): it reads them, declared or not. */
function filesInWords(run: string | readonly string[], context: SourceContext): readonly string[] {
  if (typeof run === 'string') return [];
  return run
    .filter((word) => word !== '' && !/^-|[{}*?[\]!()]/.test(word))
    .map((word) => resolve(context.folder, word))
    .filter((path) => path.startsWith(context.folder + sep) && isFile(path));
}

/** A word that is no path (a program in a list, longer than any name) is no file either. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
