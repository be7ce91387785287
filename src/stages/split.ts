import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { readCorpus, type Utterance } from '../artifacts/corpus.ts';
import { type Protocol, writeSplit } from '../artifacts/split.ts';
import { defineStage, type ParamProblem, SourceError, TaskError } from '../engine/stage.ts';
import type { Groups } from '../splits/bind.ts';
import type { Clip } from '../splits/clip.ts';
import { parseSplitFile } from '../splits/file.ts';
import { checkSplit, makeSplit, type Split } from '../splits/make-split.ts';
import { type Scheme, schemes } from '../splits/schemes.ts';

/** The params of a split: of the `split` stage, and of the `split` block of `train-kfold`. */
export const splitParams = Type.Object(
  {
    scheme: Type.Enum([...schemes], {
      default: 'leave-one-speaker-out',
      description:
        'How clips are parted into folds: one speaker or one text left out at a time, k folds with even classes (takes of one sentence kept together), k folds of whole groups with even classes, one held-out part, or a file that says it.',
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
    validation_speakers: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Training speakers of each fold that are kept apart to choose by.',
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
    'validation_speakers',
    params.validation_speakers > 0 && scheme === 'file',
    'Give validation clips the role validate in the file.',
  );
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

/** Parts a corpus into folds; also called by `train-kfold` for its own block. */
export const split = defineStage({
  kind: 'split',
  version: 1,
  summary:
    'Parts a corpus into training, validation and test clips, and says what the parts share.',
  params: splitParams,
  inputs: { corpus: { type: 'corpus', summary: 'The clips to part' } },
  outputs: { split: { type: 'split', summary: 'Roles per clip and fold, and the protocol' } },
  tier: 'inline',
  random: true,
  check: checkSplitParams,
  sources: (params, context) => {
    if (params.scheme !== 'file' || params.file === null) return [];
    const path = resolve(context.folder, params.file);
    if (!existsSync(path)) {
      throw new SourceError(`there is no file ${params.file}`, {
        param: 'file',
        hint: 'The path starts at the folder of the spec file.',
      });
    }
    return [{ name: 'file', digest: context.hashFile(path), location: path, files: [path] }];
  },
  run(context) {
    const { params, seed } = context;
    const clips = readCorpus(context.input('corpus')).utterances.map(clipOf);
    const made =
      params.scheme === 'file'
        ? checkSplit(clips, parseSplitFile(readText(context.source('file')), clips))
        : makeSplit(clips, {
            scheme: params.scheme as Scheme,
            folds: params.folds,
            groups: groupsOf(params),
            shuffle: params.shuffle,
            testFraction: params.test_fraction,
            validationSpeakers: params.validation_speakers,
            seed,
          });
    for (const warning of made.warnings) context.log(`warning: ${warning}`);
    writeSplit(context.output('split'), {
      protocol: protocolOf(params, made, seed),
      folds: made.folds,
    });
  },
});

function clipOf(utterance: Utterance): Clip {
  const { id, emotion, speaker, text, audio, source } = utterance;
  return { id, label: emotion, speaker, text, audio, source };
}

function groupsOf(params: SplitParams): Groups {
  return params.groups ?? 'speaker';
}

function readText(location: unknown): string {
  if (typeof location !== 'string') throw new TaskError('the split file is not on this machine');
  return readFileSync(location, 'utf8');
}

function protocolOf(params: SplitParams, made: Split, seed: number): Protocol {
  const { scheme } = params;
  const kept: Readonly<Record<Scheme, readonly string[]>> = {
    'leave-one-speaker-out': ['speaker'],
    'leave-one-text-out': ['text'],
    'stratified-k-fold': ['take', 'audio'],
    'stratified-group-k-fold': [groupsOf(params), 'audio'],
    'hold-out': [groupsOf(params), 'audio'],
    file: [],
  };
  const leaveOneOut = scheme === 'leave-one-speaker-out' || scheme === 'leave-one-text-out';
  const shuffled = params.shuffle && !leaveOneOut && scheme !== 'file';
  return {
    format: 'affekt.protocol/1',
    scheme,
    groups: kept[scheme as Scheme],
    folds: made.folds.length,
    validation_speakers: params.validation_speakers,
    shuffle: shuffled,
    test_fraction: scheme === 'hold-out' ? params.test_fraction : null,
    seed: shuffled || params.validation_speakers > 0 ? seed : null,
    held_out: made.heldOut,
    ...made.test,
    validation: made.validation,
    warnings: made.warnings,
  };
}
