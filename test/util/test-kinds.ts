import { readFileSync, writeFileSync } from 'node:fs';
import Type from 'typebox';
import type { ArtifactFiles, InputArtifact } from '../../src/engine/artifact.ts';
import type { Digest } from '../../src/engine/digest.ts';
import {
  defineStage,
  type Item,
  itemId,
  type StageKind,
  TaskError,
} from '../../src/engine/stage.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { createRandom, hashSeed } from '../../src/util/random.ts';

const label = Type.String({ default: '', description: 'What it writes.' });

/** Small kinds that count what they compute; they run in the test's own process. */
export interface TestKinds {
  readonly kinds: Readonly<Record<string, StageKind>>;
  /** Labels and items in the order in which they were computed, since the last look. */
  taken(): readonly string[];
  /** What the next computation of a label does instead of writing. */
  readonly instead: Map<string, () => void | Promise<void>>;
}

export function createTestKinds(): TestKinds {
  let ran: string[] = [];
  const instead = new Map<string, () => void | Promise<void>>();

  const textOf = (input: InputArtifact): string => readFileSync(input.raw('text'), 'utf8');

  /** Writes its label and what it reads: `a(b,c)`. */
  const say = defineStage({
    kind: 'say',
    version: 1,
    summary: 'Writes its label and what it reads.',
    tier: 'inline',
    inputs: {},
    openInputs: true,
    outputs: { out: { type: 'file', summary: 'text' } },
    params: Type.Object({
      label,
      /** Written instead of the label: two labels may give equal bytes. */
      write: Type.Union([Type.Null(), Type.String()], { default: null, description: 'What.' }),
      other: Type.Number({ default: 0, description: 'Has no effect.' }),
      quiet: Type.Number({ default: 0, description: 'Not hashed.', 'x-affekt': 'unhashed' }),
    }),
    async run(context) {
      const { params } = context;
      ran.push(params.label);
      await instead.get(params.label)?.();
      const parts = context.ports().flatMap((port) => context.inputs(port).map(textOf));
      const read = parts.length === 0 ? '' : `(${parts.join(',')})`;
      writeFileSync(context.output('out').path('text'), `${params.write ?? params.label}${read}`);
    },
  });

  /** As `say`, with the seed. */
  const draw = defineStage({
    kind: 'draw',
    version: 1,
    summary: 'Writes the seed.',
    tier: 'inline',
    random: true,
    inputs: {},
    outputs: { out: { type: 'file', summary: 'text' } },
    params: Type.Object({ label }),
    run(context) {
      ran.push(`${context.params.label}:${context.seed}`);
      writeFileSync(context.output('out').path('text'), String(context.seed));
    },
  });

  /** A folder of items, one file per word. */
  const words = defineStage({
    kind: 'words',
    version: 1,
    summary: 'One file per word.',
    tier: 'inline',
    inputs: {},
    outputs: { out: { type: 'directory', summary: 'words' } },
    params: Type.Object({
      words: Type.Array(Type.String(), { description: 'Words.' }),
      note: Type.String({ default: '', description: 'Metadata that no item has.' }),
    }),
    run({ params, output }) {
      for (const word of params.words) writeFileSync(output('out').path(word), word);
      writeFileSync(output('out').path('note'), params.note);
    },
  });

  /** Per word: a row of its first two char codes per repetition. */
  const codes = defineStage({
    kind: 'codes',
    version: 1,
    summary: 'Char codes of every word.',
    tier: 'pooled',
    inputs: { words: { type: 'directory', summary: 'words' } },
    outputs: { out: { type: 'file', summary: 'table' } },
    params: Type.Object({ scale: Type.Number({ default: 1, description: 'Factor.' }) }),
    each: {
      over: 'words',
      items: (input) =>
        Object.entries(input.files).flatMap(([name, digest]) =>
          name === 'note' ? [] : [{ digest: digest as Digest }],
        ),
      async open({ scale }) {
        return (_, path) => {
          const word = readFileSync(path, 'utf8');
          ran.push(word);
          return {
            data: Float32Array.from([word.charCodeAt(0) * scale, word.length]),
            columns: 2,
            meta: { word },
          };
        };
      },
      combine(context, shards, rows) {
        ran.push(`combine ${rows.size}`);
        const lines = [...rows.values()].map(({ shard, offset, meta }) => {
          const bytes = readFileSync(shards[shard]!.path);
          const at = bytes.length - (bytes.length - bytes.readUInt16LE(8) - 10) + offset * 8;
          return `${(meta as { word: string }).word} ${bytes.readFloatLE(at)}`;
        });
        writeFileSync(context.output('out').path('table'), `${lines.sort().join('\n')}\n`);
      },
    },
  });

  /** Every word in `copies` files of its own, each with a random number that its copy and name give. */
  const upper = defineStage({
    kind: 'upper',
    version: 1,
    summary: 'Words in capitals.',
    tier: 'pooled',
    random: true,
    inputs: { words: { type: 'directory', summary: 'words' } },
    outputs: { out: { type: 'directory', summary: 'files' } },
    params: Type.Object({ copies: Type.Integer({ default: 1, description: 'Files per word.' }) }),
    each: {
      over: 'words',
      makes: 'files',
      items: upperItems,
      open:
        async (_, { seed }) =>
        ({ data }, path) => {
          const word = readFileSync(path, 'utf8');
          ran.push(`${word}${data?.['copy']}`);
          const random = createRandom(hashSeed(seed, Number(data?.['copy']), word)).next();
          const bytes = Buffer.from(`${word.toUpperCase()} ${random}`);
          return { bytes, extension: '.txt', meta: { letters: word.length } };
        },
      combine(context, made) {
        ran.push(`combine ${made.size}`);
        const output = context.output('out');
        for (const item of upperItems(context.input('words'), context.params)) {
          const file = made.get(itemId(item));
          if (file === undefined) throw new Error(`no file of ${item.data['name']}`);
          const name = `${item.data['name']}-${item.data['copy']}-${file.meta?.['letters']}`;
          output.link(`${name}${file.extension}`, file.digest);
        }
      },
    },
  });

  const fail = defineStage({
    kind: 'fail',
    version: 1,
    summary: 'Fails.',
    tier: 'inline',
    inputs: {},
    openInputs: true,
    outputs: { out: { type: 'file', summary: 'nothing' } },
    params: Type.Object({ label }),
    run({ params }) {
      ran.push(params.label);
      throw new TaskError(`no luck with ${params.label}`, { hint: 'try another' });
    },
  });

  return {
    kinds: { say, draw, words, codes, upper, fail },
    instead,
    taken() {
      const seen = ran;
      ran = [];
      return seen;
    },
  };
}

function upperItems(
  { files }: ArtifactFiles,
  { copies }: { readonly copies: number },
): readonly (Item & { readonly data: JsonObject })[] {
  return Object.entries(files).flatMap(([name, digest]) =>
    name === 'note'
      ? []
      : Array.from({ length: copies }, (_, copy) => ({ digest, data: { copy, name } })),
  );
}
