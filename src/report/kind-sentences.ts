import { heardWords, type ModelDescription } from '../artifacts/models.ts';
import type { StudyTable } from '../artifacts/study.ts';
import { grouped } from '../util/count.ts';
import { isJsonObject, type Json, type JsonObject } from '../util/json.ts';
import { metricName } from './sentence.ts';
import type { SpecStage } from './spec-stages.ts';

/** What a stage made, where its params do not say it. */
export interface Made {
  readonly description?: ModelDescription;
  readonly study?: StudyTable['study'];
}

/** What a stage did, for a methods paragraph; a kind without words of its own is named. */
export function kindSentence({ kind, address, params }: SpecStage, made: Made): string {
  const words = sentences[kind];
  if (words !== undefined) return words(params, made);
  return `${address} is the output of ${kind}, with the params given in the spec.`;
}

type Words = (params: JsonObject, made: Made) => string;

const sentences: Readonly<Record<string, Words>> = {
  fetch: () => 'A corpus of our own was used.',
  melspec: (p) => {
    const rate = p['sample_rate'] === 'native' ? 'their own rate' : `${text(p['sample_rate'])} Hz`;
    const step = typeof p['sample_rate'] === 'number' ? p['sample_rate'] : undefined;
    const time = (samples: Json | undefined): string =>
      step !== undefined && typeof samples === 'number'
        ? `${Number(((1000 * samples) / step).toPrecision(3))} ms`
        : `${text(samples)} samples`;
    const scale =
      p['scale'] === 'pcen'
        ? 'with per-channel energy normalisation'
        : `on a ${p['scale'] === 'db' ? 'dB' : text(p['scale'])} scale`;
    const trim = given(p['trim_db'])
      ? ` Frames more than ${text(p['trim_db'])} dB below the loudest were trimmed at both ends.`
      : '';
    return `Clips were taken at ${rate} and turned into mel spectrograms ${scale}: ${text(p['n_mels'])} bands from ${text(p['fmin'])} to ${given(p['fmax']) ? text(p['fmax']) : 'half the rate'} Hz, ${capital(text(p['window']))} windows of ${time(p['win_length'])} every ${time(p['hop_length'])}.${trim}`;
  },
  functionals: (p) =>
    `Voice numbers of each clip (pitch between ${text(p['f0_min'])} and ${text(p['f0_max'])} Hz, energy, timing, spectral tilt) were computed as functionals.`,
  denoise: (p) =>
    p['method'] === 'none'
      ? ''
      : `Each clip was denoised by itself (${text(p['method']).replaceAll('_', ' ')}).`,
  augment: (p) => {
    const used = Object.entries(p).filter(([, value]) => given(value));
    const list = used.map(([name, value]) => `${paramName(name)} ${text(value)}`);
    return list.length === 0 ? '' : `Training clips were altered at random (${list.join(', ')}).`;
  },
  'augment-corpus': ({ copies, keep, ...p }) => {
    const list = Object.entries(p)
      .filter(([, value]) => given(value))
      .map(([name, value]) => `${paramName(name)} ${text(value)}`)
      .join(', ');
    if (copies === 0) return '';
    return keep === true
      ? `${text(copies)} altered ${copies === 1 ? 'copy' : 'copies'} of each training clip ${copies === 1 ? 'was' : 'were'} added (${list}); a copy never crosses a split.`
      : `The sound of every clip, of scored ones as well, was altered (${list}${copies === 1 ? '' : `; ${text(copies)} versions of each training clip`}).`;
  },
  'train-kfold': trained,
  tune: searched,
  ensemble: (_, { description }) =>
    description?.averaged === 1
      ? ''
      : `The posteriors of ${text(description?.averaged ?? 'several')} trainings were averaged clip by clip.`,
};

function searched(p: JsonObject, { study }: Made): string {
  const names = isJsonObject(p['space']) ? Object.keys(p['space']) : [];
  const judged = `by ${metricName(text(p['objective']))}`;
  const folds = `${study?.folds ?? text(p['inner_folds'])} inner folds`;
  const speakers = Array.isArray(p['development_speakers']) ? p['development_speakers'] : [];
  const where: Readonly<Record<string, string>> = {
    nested: `in each outer fold anew, ${judged} on ${folds} of the clips that it trains on`,
    shared: `once, ${judged} on the scored clips themselves, so that the score is optimistic`,
    development: `once, ${judged} on ${folds} of the clips of speakers ${speakers.join(', ')}, who are not scored`,
  };
  return `Params (${names.join(', ')}) were searched in up to ${text(p['trials'])} trials (${text(p['sampler'])}), ${where[text(p['selection'])] ?? ''}; the models were trained with the best.`;
}

function trained(p: JsonObject, { description }: Made): string {
  // What a split stage made is in the description of the models, and not in these params.
  const own = isJsonObject(p['split']) ? p['split'] : {};
  const split = description?.protocol ?? own;
  const name = description?.architecture ?? text(p['architecture']);
  const size = description === undefined ? '' : ` (${grouped(description.parameters)} parameters)`;
  const validation = Number(split['validation_speakers'] ?? 0);
  const adapted =
    description?.enrolment == null
      ? ''
      : ` It adapts to a speaker by the statistics of ${heardWords(description.enrolment)} unlabelled clips, and is scored on ${description.enrolment.clips === 'all' ? 'them, too' : 'the others'}.`;
  const scheme = `by ${text(split['scheme'])}${validation > 0 ? `, with ${validation} validation ${validation === 1 ? 'speaker' : 'speakers'} a fold` : ''}`;
  if (name === 'logreg') {
    return `Multinomial logistic regression on the mean of each band (C = ${text(p['c'])})${size} was fitted ${scheme}.`;
  }
  // Said by the models: a search stops them, or `stops` does.
  const stopped = description?.params['stopped_after'];
  const schedule = isJsonObject(p['schedule']) ? text(p['schedule']['kind']) : 'constant';
  const optimiser =
    p['optimiser'] === 'adamw'
      ? `AdamW (weight decay ${text(p['weight_decay'])})`
      : `SGD (momentum ${text(p['momentum'])})`;
  const parts = [
    `${given(stopped) ? `${text(stopped)} of ` : ''}${text(p['epochs'])} epochs of ${optimiser}`,
    `batches of ${text(p['batch_size'])} crops of ${text(p['crop_frames'])} frames`,
    `a learning rate of at most ${text(p['learning_rate'])} (${schedule.replaceAll('_', ' ')})`,
    ...(Number(p['label_smoothing']) > 0 ? [`label smoothing ${text(p['label_smoothing'])}`] : []),
    ...(p['class_weights'] === 'balanced' ? ['balanced class weights'] : []),
    ...averaged(p),
  ];
  const stop = given(p['early_stopping'])
    ? 'Training stopped by the UAR of validation speakers.'
    : 'The length of training was fixed beforehand.';
  const level =
    p['normalise'] === 'band' ? ' Bands were standardised by the training clips of each fold.' : '';
  return `A network ${name}${size} was trained ${scheme}: ${parts.join(', ')}.${level} ${stop}${adapted}`;
}

/** The weights that predict; swa does in place of ema. */
function averaged(p: JsonObject): readonly string[] {
  if (given(p['swa'])) return [`the mean of the weights from ${text(p['swa'])} of the epochs on`];
  return given(p['ema']) ? [`an average of the weights (decay ${text(p['ema'])})`] : [];
}

function paramName(name: string): string {
  return name.replaceAll('_', ' ').replace(/^vtlp$/, 'VTLP');
}

/** Hann and Hamming are people. */
function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** A value as a sentence has it. */
export function text(value: Json | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'object')
    return JSON.stringify(value).replaceAll(/[{}"]/g, '').replaceAll(/[:,]/g, '$& ');
  return String(value);
}

function given(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}
