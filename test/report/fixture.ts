import type { MetricSet, Metrics } from '../../src/artifacts/evaluation.ts';
import { sha256 } from '../../src/engine/digest.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { studyTable } from './study-fixture.ts';

/** Data of a small run, for pages: names that would be markup, a class without clips, a file left out. */
export const sentence =
  'UAR 61.2 % [57.1, 65.0] these speakers, AESDD, leave-one-speaker-out (6), 1 seed';

const ranks = { roc_auc: 0.8, average_precision: 0.7 };

export const set: MetricSet = {
  name: 'cnn',
  variant: {},
  n: { utterances: 8, speakers: 2, folds: 2, seeds: 1 },
  protocol: {
    corpus: { name: 'aesdd', manifest: 'm', pinned: false },
    scheme: 'leave-one-speaker-out',
    folds: 2,
    groups: ['speaker'],
    validation_speakers: 0,
    disjoint: ['speaker'],
    shared: ['text'],
    selection: 'none',
    stamps: ['unpinned'],
    sentence,
  },
  values: {
    uar: {
      value: 0.6119,
      per_seed: [0.6119],
      sd_seeds: null,
      pooled: 0.6119,
      these_speakers: {
        low: 0.571,
        high: 0.65,
        level: 0.95,
        method: 'bootstrap-utterance',
        resamples: 2000,
        seed: 0,
      },
      new_speakers: { mean: 0.6, low: 0.31, high: 0.89, level: 0.95, method: 't-speaker', df: 1 },
    },
  },
  per_class: {
    anger: { precision: 0.5, recall: 0.75, f1: 0.6, specificity: 0.9, ...ranks, support: 4 },
    '<b>&"': { precision: 0.25, recall: 0.125, f1: 0.2, specificity: 0.8, ...ranks, support: 4 },
  },
  per_fold: [{ fold: 1, n: 4, uar: 0.7, accuracy: 0.72 }],
  per_speaker: { '1': { n: 4, classes: 2, uar: 0.71, accuracy: 0.73 } },
  per_sex: {},
  worst: { speaker: null, sex: null },
  confusion: {
    rows: 'true',
    columns: 'predicted',
    counts: [
      [3, 1],
      [0, 0],
    ],
    ...{ shares: [], per_seed: [], per_fold: {}, per_speaker: {}, per_sex: {} },
  },
  calibration: {
    ...{ ece: 0.1, brier: 0.2, log_loss: 0.7, bins: [] },
    ...{ scaled: null, scaled_refused: 'no validation clips' },
  },
  controls: { chance: { uar: 0.5 }, majority: { uar: 0.5 }, logreg: { uar: 0.55 } },
};

export const metrics: Metrics = {
  format: 'affekt.metrics/1',
  labels: ['anger', '<b>&"'],
  headline: { set: 'cnn', metric: 'uar', value: 0.6119 },
  sets: [set],
  rankings: [],
  comparisons: [],
};

export const data: ReportData = {
  id: 'k7f3',
  name: 'demo',
  description: 'A <script>alert(1)</script> description',
  state: 'done',
  started: '2026-01-02T03:04:05.000Z',
  seconds: 83,
  ran: 3,
  cached: 4,
  affekt: '0.1.0',
  ...{ notices: [], thinned: [] },
  evaluations: [{ address: 'scores', metrics, errors: {}, clips: {}, people: {}, mute: null }],
  ...{ analyses: [], studies: [] },
  specStages: [],
  environment: [['Node', 'v20.19.0']],
  models: [
    {
      address: 'cnn',
      description: {
        ...{
          format: 'affekt.models/1',
          architecture: 'cnn4',
          parameters: 86837,
          labels: ['a', 'b'],
        },
        ...{ params: {}, folds: 6, seeds: 3, enrolment: null, controls: [], selection: 'none' },
        protocol: {
          ...{ format: 'affekt.protocol/1', scheme: 'leave-one-speaker-out', folds: 6, seed: null },
          ...{ groups: [], validation_speakers: 0, shuffle: false, test_fraction: null },
          ...{ held_out: [], disjoint: [], shared: [], unknown: [], warnings: [] },
          validation: null,
        },
      },
      cost: { flops: 40_200_000, frames: 96 },
      curves: [{ name: 'fold-1-seed-1', loss: [1.6, 0.8, 0.4], uar: [0.2, 0.5, 0.9] }],
    },
  ],
  corpora: [
    {
      address: 'speech',
      clips: 8,
      speakers: 2,
      info: {
        format: 'affekt.corpus/1',
        name: 'own',
        title: 'own',
        licence: 'not stated',
        citations: [
          { type: 'misc', key: 'k', fields: { author: 'A. Uthor', title: 'T', year: '2020' } },
        ],
        labels: ['anger'],
        bad: [{ file: '<x>.wav', reason: 'it is a FLAC file' }],
        dropped: { xxx: 3 },
        manifest: sha256(''),
        pinned: true,
        audio: 'none',
      },
    },
  ],
  stages: [{ address: 'mel', tasks: 7, cached: 4, seconds: 12 }],
  failures: [],
  spec: 'name: demo\nx: "</pre><img src=x onerror=alert(1)>"\n',
  command: "affekt run demo.yaml 'a.b=x y'",
};

const bins = [
  { low: 0, high: 0.5, count: 3, confidence: 0.4, accuracy: 0.33 },
  { low: 0.5, high: 1, count: 5, confidence: 0.8, accuracy: 0.6 },
];

/** Scored with validation clips, and told apart by speaker and sex. */
const scaled: MetricSet = {
  ...set,
  per_speaker: {
    '10': { n: 4, classes: 2, uar: 0.71, accuracy: 0.73 },
    '9': { n: 4, classes: 2, uar: 0.41, accuracy: 0.43 },
    '11': { n: 2, classes: 1, uar: 0.11, accuracy: 0.13 },
  },
  per_sex: {
    female: { n: 6, classes: 2, uar: 0.5, accuracy: 0.5 },
    male: { n: 4, classes: 2, uar: 0.6, accuracy: 0.6 },
  },
  worst: {
    speaker: { name: '9', n: 4, uar: 0.41 },
    sex: { name: 'female', n: 6, uar: 0.5 },
  },
  calibration: {
    ...{ ece: 0.123, brier: 0.2, log_loss: 0.7, bins, scaled_refused: null },
    scaled: {
      ...{ ece: 0.045, brier: 0.19, log_loss: 0.6, bins },
      temperatures: [
        { fold: 1, seed: 1, clips: 4, temperature: 1.2, at_bound: false },
        { fold: 2, seed: 1, clips: 4, temperature: 1.6, at_bound: false },
        { fold: 3, seed: 1, clips: 4, temperature: 1.4, at_bound: true },
      ],
    },
  },
};

const other: MetricSet = { ...set, name: 'mlp' };

const compared: Metrics = {
  ...metrics,
  sets: [scaled, other],
  rankings: [
    {
      ...{ metric: 'uar', protocol: 'leave-one-speaker-out (6)', reference: 'mlp' },
      sets: [
        { rank: 1, set: 'cnn', value: 0.6119 },
        { rank: 2, set: 'mlp', value: 0.6 },
      ],
      best: { set: 'cnn', stamp: 'best of 2' },
    },
  ],
  comparisons: [
    {
      ...{ a: 'cnn', b: 'mlp', metric: 'uar', difference: 0.0123, low: -0.01, high: 0.034 },
      ...{ level: 0.95, new_speakers: { mean: 0.011, low: -0.02, high: 0.04, df: 5 } },
      ...{ test: 'permutation', unit: 'speaker', n: 6, statistic: 0.0123, draws: null },
      ...{ smallest_p: 0.03125, family: 1, p: 0.4375, mid_p: null, p_holm: 0.4375, refused: null },
    },
    {
      ...{ a: 'cnn', b: 'mlp', metric: 'uar', difference: 0.0123, low: -0.01, high: 0.034 },
      ...{ level: 0.95, new_speakers: null, test: 'wilcoxon', unit: 'fold', n: 5, statistic: null },
      ...{ draws: null, smallest_p: 0.0625, family: 1, p: null, mid_p: null, p_holm: null },
      refused: '5 folds reach p = 0.0625 at best',
    },
  ],
};

const error = {
  ...{ speaker: '9', fold: 1, truth: 'anger', predicted: '<b>&"', confidence: 0.93, p_true: 0.02 },
  ...{ seeds: 3, seeds_wrong: 2 },
};

/** Everything that a page can show, failures and what could not be read included. */
export const fullData: ReportData = {
  ...data,
  studies: [{ address: 'search', table: studyTable }],
  state: 'failed',
  notices: ['old: metrics.json is not in the cache any more'],
  evaluations: [
    {
      address: 'scores',
      metrics: compared,
      errors: {
        cnn: [
          { id: 'clip <1>', ...error },
          { id: 'clip 2', ...error },
        ],
      },
      clips: {
        'clip <1>': {
          ...{ text: 'a "text"', duration: 1.5, picture: Uint8Array.of(1, 2, 3) },
          sound: 'data:audio/wav;base64,AAAA',
        },
      },
      people: { cnn: { above: 0.84, source: 'A study', remark: 'of other clips' } },
      mute: null,
    },
  ],
  specStages: [
    { address: 'speech', kind: 'fetch', params: { dataset: 'own' }, inputs: {} },
    {
      ...{ address: 'mel', kind: 'melspec', inputs: { corpus: ['speech'] } },
      params: {
        ...{ sample_rate: 16000, n_mels: 64, fmin: 50, fmax: 8000, window: 'hann', scale: 'db' },
        ...{ win_length: 640, hop_length: 256, trim_db: null },
      },
    },
    {
      ...{ address: 'cnn', kind: 'train-kfold', inputs: { features: ['mel'], corpus: ['speech'] } },
      params: {
        ...{ epochs: 30, optimiser: 'adamw', weight_decay: 0.02, batch_size: 16, crop_frames: 96 },
        ...{ learning_rate: 0.003, split: { scheme: 'leave-one-speaker-out' } },
      },
    },
    { address: 'mlp', kind: 'train-kfold', params: {}, inputs: { features: ['mel'] } },
    {
      ...{ address: 'scores', kind: 'evaluate', params: { level: 0.95, resamples: 2000 } },
      inputs: { models: ['cnn', 'mlp'], corpus: ['speech'] },
    },
  ],
  failures: [
    {
      ...{ address: 'mlp[fold=1]', message: 'bad & worse', details: ['a<b'], hint: 'Fix it.' },
      log: 'logs/mlp[fold=1].log',
    },
  ],
};
