import { writeFileSync } from 'node:fs';
import { audioFile, type Utterance, writeCorpus } from '../../artifacts/corpus.ts';
import { encodeWav } from '../../audio/wav-writer.ts';
import { demo, demoClips } from '../../corpora/demo/index.ts';
import { sha256 } from '../../engine/digest.ts';
import type { TaskContext } from '../../engine/stage.ts';
import { limited } from './limited.ts';

/** Synthesises the demo corpus into the output. */
export function synthesiseDemo(context: TaskContext<unknown>, limit: number | null): void {
  const output = context.output('corpus');
  const clips = limited(demoClips(), limit);
  const utterances: Utterance[] = clips.map((clip, index) => {
    context.signal.throwIfAborted();
    const { render, ...labelled } = clip;
    const samples = render();
    const bytes = encodeWav([samples], demo.rate);
    const audio = sha256(bytes);
    writeFileSync(output.path(audioFile(audio)), bytes);
    if (index % 16 === 15) context.progress(index + 1, clips.length);
    return {
      ...labelled,
      source: '',
      audio,
      rate: demo.rate,
      duration: samples.length / demo.rate,
    };
  });
  const lines = utterances.map(({ id, audio }) => `${audio}  ${id}\n`).sort();
  writeCorpus(output, {
    info: {
      format: 'affekt.corpus/1',
      name: demo.name,
      title: demo.title,
      licence: demo.licence,
      citations: [],
      labels: demo.labels,
      bad: [],
      dropped: {},
      manifest: sha256(lines.join('')),
      pinned: true,
      audio: 'embed',
      ...(limit === null ? {} : { limit }),
    },
    utterances,
  });
}
