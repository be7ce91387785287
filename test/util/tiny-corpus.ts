import { mkdirSync, writeFileSync } from 'node:fs';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import { createRandom } from '../../src/util/random.ts';
import type { Project } from './cli.ts';

const rate = 8000;

/**
 * Three speakers × two emotions × two sentences of a quarter second: anger is loud and high, calm
 * soft and low. Made of sums and products alone, so that every machine makes the same bytes.
 */
function samplesOf(speaker: number, emotion: string, text: number): Float32Array {
  const random = createRandom(speaker * 100 + text * 10 + (emotion === 'anger' ? 1 : 0));
  const period = (emotion === 'anger' ? 20 : 50) + 3 * speaker + text;
  const level = emotion === 'anger' ? 0.5 : 0.1;
  return Float32Array.from({ length: rate / 4 }, (_, i) => {
    const saw = (2 * (i % period)) / period - 1;
    return level * (saw + 0.1 * (random.next() - 0.5));
  });
}

/** Writes `wav/*.wav`, `labels.csv` and `shares.ts` into a project. */
export function writeTinyCorpus(project: Project): void {
  const rows = ['file,emotion,speaker,text'];
  for (const speaker of [1, 2, 3]) {
    for (const emotion of ['anger', 'calm']) {
      for (const text of [1, 2]) {
        const name = `${speaker}-${emotion}-${text}.wav`;
        const bytes = encodeWav([samplesOf(speaker, emotion, text)], rate);
        mkdirSync(project.path('wav'), { recursive: true });
        writeFileSync(project.path(`wav/${name}`), bytes);
        rows.push(`${name},${emotion},s${speaker},t${text}`);
      }
    }
  }
  project.write({ 'labels.csv': `${rows.join('\n')}\n`, 'shares.ts': ownTraining });
}

/** Params of a network that trains on the tiny corpus in a blink. */
export const tinyNetwork = {
  architecture: [
    { conv: { filters: 4, kernel: 3 } },
    { norm: 'batch' },
    { activation: 'relu' },
    { frequency: 'flatten' },
    { pool_time: 'statistics' },
    { dropout: 0.3 },
  ],
  ...{ epochs: 2, batch_size: 4, crop_frames: 12 },
} as const;

/** Every operation on sound that needs no other files. */
export const everySound = {
  ...{ pitch_shift: 2, time_stretch: 0.1, speed: 0.05, vtlp: 0.1, shift: 0.1 },
  ...{ room_simulator: 0.2, add_babble: 15, add_color_noise: 20, high_pass_filter: 100 },
  ...{ low_pass_filter: 3000, gain: 3, clipping_distortion: 5 },
} as const;

/** Every kind whose bytes do not depend on the processor, on the tiny corpus. */
export const exactKinds = `name: contract
seed: 7
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  other: { uses: fetch, with: { files: wav/1*.wav, table: labels.csv, name: other, on_bad_file: skip } }
  part: { uses: select, in: speech, with: { drop: { speaker: s1 }, balance: [emotion] } }
  joined: { uses: merge, in: [part, other] }
  copies: { uses: augment, in: part, with: ${JSON.stringify(everySound)} }
  overview: { uses: analyze, in: speech }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  cepstra: { uses: mfcc, in: mel, with: { n_mfcc: 4 } }
  moving: { uses: delta, in: cepstra, with: { width: 3 } }
  noisy: { uses: augment, in: mel, with: { tempo: 0.15, vtlp: 0.12, frequency_mask: 2, time_mask: 4 } }
  voice: { uses: functionals, in: speech }
  folds: { uses: split, in: speech, with: { scheme: leave-one-speaker-out } }
  model: { uses: train-kfold, in: { features: mel, corpus: speech, split: folds }, with: { architecture: logreg } }
  soft: { uses: train-kfold, in: { features: mel, corpus: speech, split: folds }, with: { architecture: logreg, c: 0.1 } }
  both: { uses: ensemble, in: { models: [model, soft] } }
  scores: { uses: evaluate, in: { models: [model, both], corpus: speech } }
  clean: { uses: denoise, in: speech, with: { loudness: -23, trim_db: 40 } }
  list: { uses: command, in: { x: clean.corpus }, with: { run: [cp, "{inputs.x}/corpus.csv", "{outputs.out}"] } }
  copy: { uses: command, in: { x: speech.corpus }, with: { run: [cp, "{inputs.x}/corpus.csv", "{outputs.out}"] } }
`;

/** A search of each kind of selection that makes tasks of its own, in one outer fold. */
const searches = `  hunt: { uses: tune, in: { target: model, corpus: speech, split: folds }, with: { trials: 1, inner_folds: 2, max_folds: 1, space: { model.c: [0.1, 1] } } }
  apart: { uses: tune, in: { target: model, corpus: speech, split: folds }, with: { selection: development, development_speakers: [s1, s2], trials: 1, inner_folds: 2, space: { model.c: [0.1, 1] } } }
  found: { uses: evaluate, in: { models: [hunt, apart], corpus: speech } }
`;

/** A training that is not affekt's: it says how often each class was trained on. */
const ownTraining = `import { defineTraining } from 'affekt';
export default defineTraining({
  kind: 'shares',
  summary: 'Class frequencies.',
  train: ({ clips, labels }) => () => labels.map((_, k) => clips.filter(({ label }) => label === k).length / clips.length),
});
`;

const owned = `  mine: { uses: ./shares.ts, in: { features: mel, corpus: speech, split: folds }, with: { controls: [] } }
  share: { uses: evaluate, in: { models: mine, corpus: speech } }
`;

/** The kinds of a search and of a training of one's own, on what they need. */
export const searchKinds = `name: hunt
seed: 7
stages:
${exactKinds
  .split('\n')
  .filter((line) => /^ {2}(speech|mel|folds|model):/.test(line))
  .join('\n')}
${searches}${owned}`;

/** Every kind of the table. */
export const everyKind = `${exactKinds}  network: { uses: train-kfold, in: { features: mel, corpus: speech, split: folds }, with: ${JSON.stringify({ ...tinyNetwork, controls: [] })} }
  sink: { uses: evaluate, in: { models: network, corpus: speech } }
${searches}${owned}`;

/** A whole experiment on it that takes a second: logistic regression on eight bands. */
export function smallSpec(controls = ''): string {
  return `name: small
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  model: { uses: train-kfold, in: mel, with: { architecture: logreg, controls: [${controls}] } }
  scores: { uses: evaluate, in: model }
`;
}
