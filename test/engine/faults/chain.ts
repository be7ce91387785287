import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../../../src/util/random.ts';

/**
 * An experiment of every shape the engine has: own recordings taken in place, an `each` stage, a
 * coordinator with folds and controls, an own stage and programs. Small tasks, so that a run is
 * over in about a second and a kill at random meets all of them.
 */

const emotions = ['anger', 'joy', 'sadness'] as const;
const speakers = ['a', 'b', 'c'] as const;
const takes = 4;
const rate = 8000;

/** A mono 16-bit WAV file of a tone with noise. */
export function wavOf(seed: number, seconds = 0.15): Buffer {
  const random = createRandom(seed);
  const frames = Math.round(seconds * rate);
  const bytes = Buffer.alloc(44 + 2 * frames);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * frames, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * frames, 40);
  const hertz = 200 + 40 * (seed % 10);
  for (let i = 0; i < frames; i++) {
    const value = 0.4 * Math.sin((2 * Math.PI * hertz * i) / rate) + 0.05 * (random.next() - 0.5);
    bytes.writeInt16LE(Math.round(value * 32767), 44 + 2 * i);
  }
  return bytes;
}

/** Writes files below a folder, with their folders. */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Recordings and their table. */
export function corpusFiles(): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = {};
  let table = 'file,emotion,speaker\n';
  let seed = 0;
  for (const emotion of emotions) {
    for (const speaker of speakers) {
      for (let take = 0; take < takes; take++) {
        const name = `${speaker}-${emotion}-${take}.wav`;
        files[`audio/${name}`] = wavOf(++seed);
        table += `${name},${emotion},${speaker}\n`;
      }
    }
  }
  return { ...files, 'labels.csv': table };
}

/** An own stage that writes a few thousand numbers from its param. */
const ownStage = `import { defineStage, Type } from 'affekt';
import { writeFileSync } from 'node:fs';
export default defineStage({
  kind: 'series', version: 1, summary: 'Numbers of a recurrence.', tier: 'pooled', inputs: {},
  outputs: { out: { type: 'file', summary: 'The numbers' } },
  params: Type.Object({ start: Type.Integer({ default: 1, description: 'First number' }) }),
  run(context) {
    let x = context.params.start;
    let text = '';
    for (let i = 0; i < 2000; i++) { x = (x * 48271) % 2147483647; text += x + '\\n'; }
    writeFileSync(context.output('out').path('series.txt'), text);
  },
});
`;

/** A program stage: what it reads by name, and a line of shell. */
function program(reads: readonly string[], line: string): string {
  const wires = reads.map((name) => `${name}: ${name}`).join(', ');
  const inputs = reads.length === 0 ? '' : `in: { ${wires} }, `;
  return `{ uses: command, ${inputs}with: { run: ${JSON.stringify(`sleep 0.02; ${line}`)} } }`;
}

const numbers = ['1', '2', '3', '4'] as const;

/** The experiment; `own` adds stages in TypeScript, which cost a bundler at every start. */
function specOf(own: boolean): string {
  const stages: Record<string, string> = {
    speech: "{ uses: fetch, with: { files: 'audio/*.wav', table: labels.csv } }",
    mel: '{ uses: melspec, in: speech, with: { sample_rate: 8000, fmax: 4000, n_mels: 16 } }',
    model:
      '{ uses: train-kfold, in: mel, with: { architecture: logreg, split: { scheme: leave-one-speaker-out } } }',
    scores: '{ uses: evaluate, in: model }',
    many: program([], 'for i in 1 2 3 4 5 6 7 8 9; do echo $i > {outputs.out}/$i; done'),
  };
  for (const n of numbers) {
    stages[`series-${n}`] = own
      ? `{ uses: ./series.ts, with: { start: ${n} } }`
      : program([], `for i in 1 2 3 4 5; do echo $((i * ${n})); done > {outputs.out}/series.txt`);
    stages[`sum-${n}`] = program(
      [`series-${n}`],
      `cksum < {inputs.series-${n}}/series.txt > {outputs.out}/sum`,
    );
  }
  const sums = numbers.map((n) => `sum-${n}`);
  const files = sums.map((name) => `{inputs.${name}}/sum`).join(' ');
  stages['all'] = program([...sums, 'many'], `cat ${files} {inputs.many}/* > {outputs.out}/all`);
  const lines = Object.entries(stages).map(([name, text]) => `  ${name}: ${text}\n`);
  return `name: chain\nseed: 7\nstages:\n${lines.join('')}`;
}

/** Writes the experiment into a folder; returns the spec's path. */
export function writeChain(folder: string, { own = false } = {}): string {
  writeFiles(folder, { ...corpusFiles(), 'series.ts': ownStage, 'chain.yaml': specOf(own) });
  return join(folder, 'chain.yaml');
}
