import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../src/engine/artifact.ts';
import { sha256 } from '../../src/engine/digest.ts';
import { formatCsv } from '../../src/util/csv.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { npyHeader } from '../../src/util/npy.ts';
import { createRandom } from '../../src/util/random.ts';
import type { Store } from './stage-context.ts';

/** A clip of a made-up corpus; what is left out gets a value of its own. */
export interface TestClip {
  readonly id: string;
  readonly emotion: string;
  readonly speaker: string;
  readonly sex?: string;
  readonly text?: string;
  readonly take?: string;
  readonly source?: string;
  readonly audio?: string;
}

/** Every speaker says every text in every emotion, `takes` times. */
export function crossed(
  speakers: readonly string[],
  emotions: readonly string[],
  texts: number,
  takes = 1,
): readonly TestClip[] {
  return emotions.flatMap((emotion) =>
    speakers.flatMap((speaker) =>
      Array.from({ length: texts * takes }, (_, n) => {
        const text = `t${Math.floor(n / takes)}`;
        const take = String(n % takes);
        return { id: `${emotion}-${speaker}-${text}-${take}`, emotion, speaker, text, take };
      }),
    ),
  );
}

/**
 * A corpus artifact whose audio is a line of text: enough for stages that do not listen.
 * @param more fields of corpus.json to replace
 */
export function corpusOf(
  store: Store,
  clips: readonly TestClip[],
  labels = [...new Set(clips.map((clip) => clip.emotion))].sort(),
  pinned = true,
  more: JsonObject = {},
): Artifact {
  const audio: Record<string, string> = {};
  const rows = [...clips]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((clip) => {
      const sound = clip.audio ?? clip.id;
      const digest = sha256(sound);
      audio[`audio/${digest}.wav`] = sound;
      const { id, emotion, speaker, sex = '', text = '', take = '', source = '' } = clip;
      return [id, emotion, speaker, sex, text, take, source, digest, 16000, 1];
    });
  const header = 'id,emotion,speaker,sex,text,take,source,audio,rate,duration'.split(',');
  const info = {
    format: 'affekt.corpus/1',
    name: 'made-up',
    title: 'Made-up Speech (MADEUP)',
    licence: 'none',
    citations: [],
    labels,
    bad: [],
    dropped: {},
    manifest: sha256('made-up'),
    pinned,
    audio: 'none',
    ...more,
  };
  return store.artifact('corpus', {
    'corpus.csv': formatCsv(header, rows),
    'corpus.json': JSON.stringify(info),
    ...audio,
  });
}

/**
 * Features of two frames a clip: the mean of band k is higher for the k-th emotion, under noise.
 * `change` replaces the rows of a clip, to see what depends on it.
 */
export function featuresOf(
  store: Store,
  clips: readonly TestClip[],
  { bands = 4, frames = 2, noise = 0.8, change = {} as Readonly<Record<string, number>> } = {},
): Artifact {
  const emotions = [...new Set(clips.map((clip) => clip.emotion))].sort();
  const sorted = [...clips].sort((a, b) => (a.id < b.id ? -1 : 1));
  const data = new Float32Array(sorted.length * frames * bands);
  for (const [index, clip] of sorted.entries()) {
    const random = createRandom(Number.parseInt(sha256(clip.id).slice(0, 8), 16));
    const lifted = emotions.indexOf(clip.emotion) % bands;
    for (let i = 0; i < frames * bands; i++) {
      const level = change[clip.id] ?? (i % bands === lifted ? 1 : 0) + noise * random.normal();
      data[index * frames * bands + i] = level;
    }
  }
  const definition = {
    format: 'affekt.features/1',
    kind: 'made-up',
    params: {},
    bands,
    rate: 16000,
    frames_per_second: 62.5,
  };
  const shard = Buffer.concat([npyHeader(sorted.length * frames, bands), Buffer.from(data.buffer)]);
  return store.artifact('features', {
    'features.json': JSON.stringify(definition),
    'index.csv': formatCsv(
      ['id', 'shard', 'offset', 'frames'],
      sorted.map((clip, index) => [clip.id, 0, index * frames, frames]),
    ),
    'shards/000.npy': shard,
  });
}

/** A file of the world, for stages that read one. */
export function worldFile(store: Store, name: string, text: string): string {
  const path = join(store.folder, name);
  writeFileSync(path, text);
  return path;
}
