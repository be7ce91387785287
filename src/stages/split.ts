import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { type Corpus, readCorpus } from '../artifacts/corpus.ts';
import { corpusNameOf } from '../artifacts/corpus-parts.ts';
import { type Protocol, writeSplit } from '../artifacts/split.ts';
import { defineStage, type ParamProblem, SourceError, TaskError } from '../engine/stage.ts';
import type { Groups } from '../splits/bind.ts';
import type { Clip } from '../splits/clip.ts';
import { parseSplitFile } from '../splits/file.ts';
import { checkSplit, makeSplit, type Split } from '../splits/make-split.ts';
import { type Scheme, schemes } from '../splits/schemes.ts';

const corpusNames = (description: string) =>
  Type.Union([Type.Null(), Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
    default: null,
    description,
  });

/** The params of a split: of the `split` stage, and of the `split` block of `train-kfold`. */
export const splitParams = Type.Object(
  {
    scheme: Type.Enum([...schemes], {
      default: 'leave-one-speaker-out',
      description:
        'How clips are parted into folds: one speaker, one text or one corpus left out at a time, training on one corpus and scoring another (cross-corpus), k folds with even classes (takes of one sentence kept together), k folds of whole groups with even classes, one held-out part, or a file that says it.',
    }),
    folds: Type.Integer({
      minimum: 2,
      default: 5,
      description: 'Number of folds of the k-fold schemes.',
    }),
    groups: Type.Union([Type.Null(), Type.Enum(['speaker', 'text', 'take'])], {
      default: null,
      description:
        'What stays on one side in stratified-group-k-fold and hold-out; null is speaker. Equal audio and altered copies always stay together.',
    }),
    shuffle: Type.Boolean({
      default: true,
      description:
        "Shuffles before parting, from the experiment's seed. false gives scikit-learn's folds in corpus order.",
    }),
    test_fraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.2,
      description: 'Part that hold-out scores: of the groups, or of the clips of each class.',
    }),
    test_speakers: Type.Union([Type.Null(), Type.Array(Type.String(), { minItems: 1 })], {
      default: null,
      description: 'Speakers that hold-out scores, instead of a part that is drawn.',
    }),
    train_on: corpusNames('Corpus of a merged corpus, or several, that cross-corpus trains on.'),
    test_on: corpusNames('Corpus, or several, that cross-corpus scores.'),
    validation_speakers: Type.Integer({
      minimum: 0,
      default: 0,
      description:
        'Training speakers of each fold that are kept apart to choose by, all in turn: over the folds of leave-one-speaker-out each is one equally often.',
    }),
    file: Type.Union([Type.Null(), Type.String()], {
      default: null,
      'x-affekt': 'path',
      description:
        'Table with the columns id, fold and role (fit, validate, test), for scheme: file.',
    }),
  },
  { additionalProperties: false },
);

export type SplitParams = Static<typeof splitParams>;

/** What the schema cannot say: params that the chosen scheme would silently ignore are errors. */
export function checkSplitParams(params: SplitParams): readonly ParamProblem[] {
  const { scheme } = params;
  const problems: ParamProblem[] = [];
  const kFold = scheme === 'stratified-k-fold' || scheme === 'stratified-group-k-fold';
  const unused = (name: string, set: boolean, hint: string): void => {
    if (!set) return;
    problems.push({ path: [name], message: `${name} has no effect with scheme ${scheme}`, hint });
  };
  unused('folds', !kFold && params.folds !== 5, 'Remove it, or use a k-fold scheme.');
  unused(
    'groups',
    params.groups !== null && scheme !== 'stratified-group-k-fold' && scheme !== 'hold-out',
    'Remove it, or use scheme: stratified-group-k-fold.',
  );
  unused(
    'test_fraction',
    params.test_fraction !== 0.2 && scheme !== 'hold-out',
    'Remove it, or use scheme: hold-out.',
  );
  unused(
    'test_speakers',
    params.test_speakers !== null && scheme !== 'hold-out',
    'Remove it, or use scheme: hold-out.',
  );
  if (params.test_speakers !== null && scheme === 'hold-out') {
    const given = { groups: params.groups ?? 'speaker', test_fraction: params.test_fraction };
    for (const [name, idle] of Object.entries({ groups: 'speaker', test_fraction: 0.2 })) {
      if (given[name as keyof typeof given] === idle) continue;
      problems.push({
        path: [name],
        message: `${name} has no effect beside test_speakers`,
        hint: 'Keep one of them.',
      });
    }
  }
  unused(
    'validation_speakers',
    params.validation_speakers > 0 && scheme === 'file',
    'Give validation clips the role validate in the file.',
  );
  const crosses = scheme === 'cross-corpus';
  for (const name of ['train_on', 'test_on'] as const) {
    unused(name, params[name] !== null && !crosses, 'Remove it, or use scheme: cross-corpus.');
    if (crosses && params[name] === null) {
      problems.push({
        path: ['scheme'],
        message: `scheme cross-corpus needs the param ${name}`,
        hint: 'Name corpora that were merged: train_on: aesdd, test_on: emodb.',
      });
    }
  }
  const both = listOf(params.train_on).find((name) => listOf(params.test_on).includes(name));
  if (both !== undefined) {
    problems.push({
      path: ['test_on'],
      message: `"${both}" is trained on, too`,
      hint: 'A corpus is on one side; leave-one-speaker-out scores the corpus that it trains on.',
    });
  }
  unused('file', params.file !== null && scheme !== 'file', 'Remove it, or use scheme: file.');
  if (scheme === 'file' && params.file === null) {
    problems.push({
      path: ['scheme'],
      message: 'scheme file needs the param file',
      hint: 'Add file: splits.csv, a table with the columns id, fold and role.',
    });
  }
  return problems;
}

/** What scikit-learn and papers call the schemes. */
export const splitNames = {
  loso: 'leave-one-speaker-out',
  'leave-one-group-out': 'leave-one-speaker-out',
  'k-fold': 'stratified-k-fold',
  'group-k-fold': 'stratified-group-k-fold',
  n_splits: 'folds',
} as const;

/** Parts a corpus into folds; also called by `train-kfold` for its own block. */
export const split = defineStage({
  kind: 'split',
  version: 4,
  protocol: true,
  summary:
    'Parts a corpus into training, validation and test clips, and says what the parts share.',
  params: splitParams,
  inputs: { corpus: { type: 'corpus', summary: 'The clips to part' } },
  outputs: { split: { type: 'split', summary: 'Roles per clip and fold, and the protocol' } },
  tier: 'inline',
  random: true,
  otherNames: splitNames,
  check: checkSplitParams,
  sources: (params, context) => {
    if (params.scheme !== 'file' || params.file === null) return [];
    const path = resolve(context.folder, params.file);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new SourceError(`there is no file ${params.file}`, {
        param: 'file',
        hint: 'The path starts at the folder of the spec file.',
      });
    }
    return [{ name: 'file', digest: context.hashFile(path), location: path, files: [path] }];
  },
  run(context) {
    const { params, seed } = context;
    const clips = clipsOf(readCorpus(context.input('corpus')));
    const made =
      params.scheme === 'file'
        ? checkSplit(clips, parseSplitFile(readText(context.source('file')), clips))
        : partClips(clips, params, seed);
    for (const warning of made.warnings) context.log(`warning: ${warning}`);
    writeSplit(context.output('split'), {
      protocol: protocolOf(params, made, seed),
      folds: made.folds,
    });
  },
});

/** Makes the folds of every scheme but `file`. */
export function partClips(clips: readonly Clip[], params: SplitParams, seed: number): Split {
  return makeSplit(clips, {
    scheme: params.scheme as Scheme,
    folds: params.folds,
    groups: groupsOf(params),
    shuffle: params.shuffle,
    testFraction: params.test_fraction,
    testSpeakers: params.test_speakers ?? [],
    trainOn: listOf(params.train_on),
    testOn: listOf(params.test_on),
    validationSpeakers: params.validation_speakers,
    seed,
  });
}

/** The clips of a corpus as splits look at them. */
export function clipsOf({ info, utterances }: Corpus): readonly Clip[] {
  return utterances.map(({ id, emotion, speaker, text, audio, source }) => {
    const corpus = corpusNameOf(info, id);
    return { id, label: emotion, speaker, text, audio, source, corpus };
  });
}

function listOf(names: SplitParams['train_on']): readonly string[] {
  return names === null ? [] : [names].flat();
}

function groupsOf(params: SplitParams): Groups {
  return params.groups ?? 'speaker';
}

function readText(location: unknown): string {
  if (typeof location !== 'string') throw new TaskError('the split file is not on this machine');
  return readFileSync(location, 'utf8');
}

/** What is written down of a split that was made by these params. */
export function protocolOf(params: SplitParams, made: Split, seed: number): Protocol {
  const { scheme } = params;
  const kept: Readonly<Record<Scheme, readonly string[]>> = {
    'leave-one-speaker-out': ['speaker'],
    'leave-one-text-out': ['text'],
    'leave-one-corpus-out': ['corpus'],
    'cross-corpus': ['corpus'],
    'stratified-k-fold': ['take', 'audio'],
    'stratified-group-k-fold': [groupsOf(params), 'audio'],
    'hold-out': [groupsOf(params), 'audio'],
    file: [],
  };
  const named = scheme === 'hold-out' && params.test_speakers !== null;
  const drawn = scheme.startsWith('stratified') || (scheme === 'hold-out' && !named);
  const shuffled = params.shuffle && drawn;
  return {
    format: 'affekt.protocol/1',
    scheme,
    groups: kept[scheme as Scheme],
    folds: made.folds.length,
    validation_speakers: params.validation_speakers,
    shuffle: shuffled,
    test_fraction: scheme === 'hold-out' && !named ? params.test_fraction : null,
    ...(scheme === 'cross-corpus' && {
      train_on: listOf(params.train_on),
      test_on: listOf(params.test_on),
    }),
    seed: shuffled || params.validation_speakers > 0 ? seed : null,
    held_out: made.heldOut,
    ...made.test,
    validation: made.validation,
    warnings: made.warnings,
  };
}
