import type { Verdict } from '../../src/audit/types.ts';

export const speech =
  'speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }';
export const melOf = (from: string): string =>
  `mel: { uses: melspec, in: ${from}, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }`;
const own = (name: string, from: string, as = name): string =>
  `${as}: { uses: ./stages/${name}.ts, in: ${from} }`;
export const kfold = (features: string, corpus = 'speech', split = ''): string =>
  `model: { uses: train-kfold, in: { features: ${features}, corpus: ${corpus}${split && `, split: ${split}`} }, with: { architecture: logreg, controls: [] } }`;
export const scores = (models = 'model', corpus = 'speech'): string =>
  `scores: { uses: evaluate, in: { models: ${models}, corpus: ${corpus} } }`;

/** A features stage between mel and the training. */
const between = (name: string): readonly string[] => [
  speech,
  melOf('speech'),
  own(name, '{ features: mel, corpus: speech }'),
  kfold(`${name}.features`),
  scores(),
];

/** A corpus stage before everything, with a split of its own where one is named. */
const before = (name: string, split = ''): readonly string[] => [
  speech,
  own(name, '{ corpus: speech }'),
  melOf(`${name}.corpus`),
  ...(split === '' ? [] : [own(split, `{ corpus: ${name}.corpus }`)]),
  kfold('mel', `${name}.corpus`, split && `${split}.split`),
  scores('model', `${name}.corpus`),
];

/** A training of its own on the folds of affekt. */
const folds = (name: string, more = '', features = 'mel'): readonly string[] => [
  speech,
  melOf('speech'),
  `model: { uses: ./stages/${name}.ts, in: { features: ${features}, corpus: speech }, with: { controls: [], split: { scheme: leave-one-speaker-out${more} } } }`,
  scores(),
];

/** A training of its own on one fold, parted by itself. */
export const training = (name: string): readonly string[] => [
  speech,
  melOf('speech'),
  own('part-once', '{ corpus: speech }'),
  own(name, '{ features: mel, corpus: speech, split: part-once.split }'),
  scores(`${name}.models`),
];

interface Case {
  readonly stages: readonly string[];
  readonly verdict: Verdict;
  /** Address and words of the finding that must be there. */
  readonly finding?: readonly [address: string, words: RegExp];
}

/** By name: the stages of a spec, what an audit of it must find, and where. */
export const cases: Readonly<Record<string, Case>> = {
  'a normaliser fitted before the split': {
    stages: between('fit-on-all'),
    verdict: 'leak',
    finding: ['fit-on-all', /was fitted on 4 of the 4 clips that model\[fold=1/],
  },
  'bands chosen on all clips': {
    stages: between('choose-on-all'),
    verdict: 'leak',
    finding: ['choose-on-all', /chose by 4 of the 4 clips/],
  },
  'clips mixed in one task': {
    stages: between('mix-clips'),
    verdict: 'unverifiable',
    finding: ['mix-clips', /made new content from all clips in one task/],
  },
  'files read by hand': {
    stages: between('raw-files'),
    verdict: 'unverifiable',
    finding: ['raw-files', /read files itself/],
  },
  'files read by hand, and nothing said of it': {
    stages: between('quiet-files'),
    verdict: 'unverifiable',
    finding: ['quiet-files', /read files itself/],
  },
  'an each stage that mixes clips when it joins them': {
    stages: [
      speech,
      own('per-clip-mixed', '{ corpus: speech }'),
      kfold('per-clip-mixed.features'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: ['per-clip-mixed/combine', /made new content from all clips in one task/],
  },
  'a clip under two ids and two speakers': {
    stages: before('double-other-speaker', 'part-well'),
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /trained on "zz", which is the same sound as/],
  },
  'a copy on the other side': {
    stages: before('copy-other-speaker', 'part-well'),
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /is a copy of the same recording/],
  },
  'half of a speaker under another name': {
    stages: before('rename-speaker'),
    verdict: 'leak',
    finding: [
      'model[fold=1,seed=1]',
      /no speaker is on both sides, but "s1" is trained on and scored/,
    ],
  },
  'a split that repeats a speaker and denies it': {
    stages: [
      speech,
      melOf('speech'),
      own('part-badly', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-badly.split'),
      scores(),
    ],
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /"s1" is trained on and scored/],
  },
  'a speaker who is said to have served to choose, and is scored': {
    stages: [
      speech,
      melOf('speech'),
      own('part-aside', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-aside.split'),
      scores(),
    ],
    verdict: 'leak',
    finding: [
      'model[fold=1,seed=1]',
      /scores "s1", of whom the protocol says that they served to choose and are not scored/,
    ],
  },
  'the epoch chosen on the scored clips': {
    stages: training('train-epoch-on-test'),
    verdict: 'leak',
    finding: ['train-epoch-on-test', /chose its model by 4 of the 4 clips that it scored/],
  },
  'trained on what it scores': {
    stages: training('train-on-test'),
    verdict: 'leak',
    finding: ['train-on-test', /trained on 4 of the 4 clips that it scored/],
  },
  'adapted to the scored speaker without a stamp': {
    stages: training('train-adapted'),
    verdict: 'leak',
    finding: ['train-adapted', /adapted to 4 of the clips that it scored/],
  },
  'a training of its own under the name of the leaf that keeps clips back': {
    stages: training('train-own'),
    verdict: 'unverifiable',
    finding: ['train-own', /had the labels of the 4 clips that it scored at hand/],
  },
  'a normaliser of all clips before a training of its own on folds': {
    stages: [
      ...folds('fold-nearest', '', 'fit-on-all.features'),
      own('fit-on-all', '{ features: mel, corpus: speech }'),
    ],
    verdict: 'leak',
    finding: ['fit-on-all', /was fitted on 4 of the 4 clips that model\[fold=1/],
  },
  'a split that repeats a speaker, for a training of its own on folds': {
    stages: [
      speech,
      melOf('speech'),
      own('part-badly', '{ corpus: speech }'),
      'model: { uses: ./stages/fold-nearest.ts, in: { features: mel, corpus: speech, split: part-badly.split }, with: { controls: [] } }',
      scores(),
    ],
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /"s1" is trained on and scored/],
  },
  'labels changed clip by clip before a training of its own on folds': {
    stages: [
      speech,
      own('bend-labels', '{ corpus: speech }'),
      melOf('bend-labels.corpus'),
      'model: { uses: ./stages/fold-nearest.ts, in: { features: mel, corpus: bend-labels.corpus }, with: { controls: [] } }',
      scores('model', 'bend-labels.corpus'),
    ],
    verdict: 'unverifiable',
    finding: ['bend-labels', /changed the label of 2 clips of anger one by one/],
  },
  'clean: a training of its own on folds': {
    stages: folds('fold-nearest'),
    verdict: 'clean',
    finding: ['model[fold=1,seed=1]', /is a training of its own \(code [0-9a-f]{8}\)/],
  },
  'clean: a training of its own on folds, with validation speakers': {
    stages: folds('fold-nearest', ', validation_speakers: 1'),
    verdict: 'clean',
  },
  'a training that reads files by hand': {
    stages: training('train-raw'),
    verdict: 'unverifiable',
    finding: ['train-raw', /read files itself/],
  },
  'hard clips dropped after looking at predictions': {
    stages: [
      speech,
      melOf('speech'),
      `first: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [] } }`,
      own('drop-hard', '{ corpus: speech, models: first }'),
      kfold('mel', 'drop-hard.corpus'),
      scores('model', 'drop-hard.corpus'),
    ],
    verdict: 'leak',
    finding: ['drop-hard', /predictions in sight/],
  },
  'predictions put right': {
    stages: [
      speech,
      melOf('speech'),
      kfold('mel'),
      own('all-right', '{ models: model }'),
      scores('all-right.models'),
    ],
    verdict: 'unverifiable',
    finding: ['all-right', /trained 3 folds in one task/],
  },
  'a number that the predictions do not give': {
    stages: [
      speech,
      melOf('speech'),
      kfold('mel'),
      scores(),
      own('flatter', '{ evaluation: scores, models: [model] }'),
    ],
    verdict: 'wrong',
    finding: ['flatter', /uar of model is stated as 0.99/],
  },

  'every clip given the features of a typical one of its class': {
    stages: between('swap-index'),
    verdict: 'leak',
    finding: ['swap-index', /gives 10 clips the features of other clips/],
  },
  'a second training on what a first one said of all clips': {
    stages: [
      speech,
      melOf('speech'),
      `first: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [] } }`,
      own('part-once', '{ corpus: speech }'),
      own(
        'train-stacked',
        '{ features: mel, corpus: speech, split: part-once.split, first: first }',
      ),
      scores('train-stacked.models'),
    ],
    verdict: 'leak',
    finding: ['train-stacked', /builds on first.*, which was trained on 4 of the 4 clips/],
  },
  'labels changed clip by clip': {
    stages: before('bend-labels'),
    verdict: 'unverifiable',
    finding: ['bend-labels', /changed the label of 2 clips of anger one by one/],
  },
  'labels changed clip by clip, under other ids': {
    stages: before('bend-renamed'),
    verdict: 'unverifiable',
    finding: ['bend-renamed', /changed the label of 2 clips of anger one by one/],
  },
  'the sounds of two clips exchanged': {
    stages: before('swap-sounds'),
    verdict: 'unverifiable',
    finding: ['swap-sounds', /changed the label of 1 clips of (anger|calm) one by one/],
  },
  'a hard clip that no fold scores': {
    stages: [
      speech,
      melOf('speech'),
      own('part-easy', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-easy.split'),
      scores(),
    ],
    verdict: 'wrong',
    finding: ['model', /1 clips of the corpus are scored in no fold \("1-anger-1\.wav"\)/],
  },

  'features of typical clips, under other ids': {
    stages: [
      speech,
      own('rename-ids', '{ corpus: speech }'),
      melOf('speech'),
      own('typical-renamed', '{ features: mel, corpus: speech }'),
      kfold('typical-renamed.features', 'rename-ids.corpus'),
      scores('model', 'rename-ids.corpus'),
    ],
    verdict: 'leak',
    finding: ['typical-renamed', /gives 10 clips the features of other clips/],
  },
  'ids exchanged, so that features meet the labels of other clips': {
    stages: [
      speech,
      own('swap-ids', '{ corpus: speech }'),
      melOf('speech'),
      kfold('mel', 'swap-ids.corpus'),
      scores('model', 'swap-ids.corpus'),
    ],
    verdict: 'leak',
    finding: [
      'model[fold=1,seed=1]',
      /features of other recordings than its corpus names for 12 clips/,
    ],
  },
  'copies without their suffix and source, as speakers of their own': {
    stages: [
      speech,
      'louder: { uses: augment, in: speech, with: { gain: 3, copies: 1 } }',
      own('strip-suffix', '{ corpus: louder }'),
      'softer: { uses: augment, in: strip-suffix.corpus, with: { gain: 6, keep: false } }',
      melOf('softer'),
      kfold('mel', 'softer'),
      scores('model', 'softer'),
    ],
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /is a copy of the same recording/],
  },
  'a corpus joined with itself in other sound, under another name': {
    stages: [
      speech,
      'louder: { uses: augment, in: speech, with: { gain: 3, keep: false } }',
      own('rename-corpus', '{ corpus: louder }'),
      'both: { uses: merge, in: { corpora: [speech, rename-corpus.corpus] } }',
      melOf('both'),
      kfold('mel', 'both'),
      scores('model', 'both'),
    ],
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /is a copy of the same recording/],
  },
  'a normaliser of all clips in a program': {
    stages: [
      speech,
      melOf('speech'),
      'scaled: { uses: command, in: { mel: mel }, with: { run: [node, stages/scale.mjs, "{inputs.mel}", "{outputs.features}"], code: [stages/scale.mjs], outputs: { features: features } } }',
      kfold('scaled.features'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: ['scaled', /read files itself/],
  },
  'bands chosen by the labels of all clips': {
    stages: between('choose-bands'),
    verdict: 'unverifiable',
    finding: ['choose-bands', /made new content from all clips in one task/],
  },
  'a rare class doubled before clips are parted': {
    stages: before('oversample', 'part-at-random'),
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /which is the same sound as/],
  },
  'the label of each clip among what its features are made of': {
    stages: [
      speech,
      own('labels-in-items', '{ corpus: speech }'),
      kfold('labels-in-items.features'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: ['labels-in-items[chunk=0]', /made 12 clips of more than their sound/],
  },
  'a part of the file name among what features are made of': {
    stages: [
      speech,
      own('speaker-in-items', '{ corpus: speech }'),
      kfold('speaker-in-items.features'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: ['speaker-in-items[chunk=0]', /made 12 clips of more than their sound/],
  },
  'labels of the scored clips in a training of its own': {
    stages: training('train-smoothed'),
    verdict: 'unverifiable',
    finding: ['train-smoothed', /had the labels of the 4 clips that it scored at hand/],
  },
  'a claim on texts that two sides share': {
    stages: [
      speech,
      melOf('speech'),
      own('part-by-text', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-by-text.split'),
      scores(),
    ],
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /no text is on both sides, but "t1" and "t2" are/],
  },
  'a claim on texts that were taken out of the table': {
    stages: before('blank-texts', 'part-by-text'),
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /no text is on both sides, but "t1" and "t2" are/],
  },
  'a claim on texts that nobody knows': {
    stages: [
      speech.replace(', columns: { text: text }', ''),
      melOf('speech'),
      own('part-by-text', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-by-text.split'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: [
      'model[fold=1,seed=1]',
      /no text is on both sides, and the text of 12 clips is not known/,
    ],
  },
  'a recording in another format under a second name and speaker': {
    stages: [
      'speech: { uses: fetch, with: { files: twice/*.wav, table: twice.csv, columns: { text: text } } }',
      'overview: { uses: analyze, in: speech }',
      melOf('speech'),
      kfold('mel'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: ['model[fold=1,seed=1]', /sounds nearly like/],
  },
  'a forerunner of a number on validation clips that was trained on them': {
    stages: [
      speech,
      melOf('speech'),
      `first: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [] } }`,
      own('part-once', '{ corpus: speech }'),
      own(
        'train-stacked-validated',
        '{ features: mel, corpus: speech, split: part-once.split, first: first }',
      ),
      'scores: { uses: evaluate, in: { models: train-stacked-validated.models, corpus: speech }, with: { role: validate } }',
    ],
    verdict: 'leak',
    finding: [
      'train-stacked-validated',
      /builds on first.*, which was trained on 4 of the 4 clips/,
    ],
  },

  'clean: features and clips under the same other ids': {
    stages: [
      speech,
      own('rename-ids', '{ corpus: speech }'),
      melOf('speech'),
      own('same-renamed', '{ features: mel, corpus: speech }'),
      kfold('same-renamed.features', 'rename-ids.corpus'),
      scores('model', 'rename-ids.corpus'),
    ],
    verdict: 'clean',
  },
  'clean: features of altered sound for clips of the corpus': {
    stages: [
      speech,
      'louder: { uses: augment, in: speech, with: { gain: 3, keep: false } }',
      melOf('louder'),
      kfold('mel'),
      scores(),
    ],
    verdict: 'clean',
  },
  'clean: a number on validation clips': {
    stages: [
      speech,
      melOf('speech'),
      `model: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [], split: { scheme: leave-one-speaker-out, validation_speakers: 1 } } }`,
      'scores: { uses: evaluate, in: { models: model, corpus: speech }, with: { role: validate } }',
    ],
    verdict: 'clean',
  },
  'clean: a rare class doubled, copies kept together': {
    stages: before('oversample'),
    verdict: 'clean',
  },
  'clean: an index written again as it was': {
    stages: [
      speech,
      melOf('speech'),
      own('same-index', '{ features: mel }'),
      kfold('same-index.features'),
      scores(),
    ],
    verdict: 'clean',
  },
  'clean: clips under other ids': { stages: before('rename-ids'), verdict: 'clean' },
  'clean: labels renamed by a rule': { stages: before('rename-labels'), verdict: 'clean' },
  'clean: features of each clip by itself': {
    stages: [speech, own('per-clip', '{ corpus: speech }'), kfold('per-clip.features'), scores()],
    verdict: 'clean',
  },
  'clean: features passed on unchanged': {
    stages: [
      speech,
      melOf('speech'),
      own('link-only', '{ features: mel }'),
      kfold('link-only.features'),
      scores(),
    ],
    verdict: 'clean',
  },
  'clean: statistics of all clips that nobody trains on': {
    stages: [
      speech,
      melOf('speech'),
      own('look-at-all', '{ features: mel }'),
      kfold('mel'),
      scores(),
      'sum: { uses: command, in: { table: look-at-all.table }, with: { run: [cp, "{inputs.table}/table.csv", "{outputs.out}"] } }',
    ],
    verdict: 'clean',
  },
  'clean: a clip twice, on one side': { stages: before('double-same-speaker'), verdict: 'clean' },
  'clean: a split of its own that keeps its word': {
    stages: [
      speech,
      melOf('speech'),
      own('part-well', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-well.split'),
      scores(),
    ],
    verdict: 'clean',
  },
  'a training of its own that keeps the sides apart, and could look': {
    stages: training('train-well'),
    verdict: 'unverifiable',
    finding: ['train-well', /had the labels of the 4 clips that it scored at hand/],
  },
  'clean: speakers known, and the protocol says so': {
    stages: [
      speech,
      melOf('speech'),
      `model: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [], split: { scheme: stratified-k-fold, folds: 2 } } }`,
      scores(),
    ],
    verdict: 'clean',
    finding: ['model[fold=1,seed=1]', /speaker "s1", "s2" and 1 more/],
  },
};
