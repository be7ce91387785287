import { audioFile, readCorpus, type Utterance, writeCorpus } from '../artifacts/corpus.ts';
import { decoderPackages } from '../audio/decoders.ts';
import { type Digest, sha256 } from '../engine/digest.ts';
import { defineStage, itemId, TaskError } from '../engine/stage.ts';
import { type Copy, copiesOf } from './augment/copies.ts';
import type { CopyData, MadeFacts } from './augment/make-copy.ts';
import { checkSoundParams, soundParams } from './augment/sound-params.ts';
import { titleOfPart } from './select/title.ts';

/** Stores altered copies of clips: `augment` on a corpus. */
export const augmentCorpus = defineStage({
  kind: 'augment-corpus',
  version: 4,
  summary:
    'Stores copies of recordings with altered sound: pitch, speed, noise, rooms; `uses: augment` on a corpus.',
  params: soundParams,
  inputs: { corpus: { type: 'corpus', summary: 'The recordings' } },
  outputs: {
    corpus: { type: 'corpus', summary: 'The recordings and their copies, which name their source' },
  },
  tier: 'pooled',
  random: true,
  dependencies: decoderPackages,
  check: checkSoundParams,
  sources: ({ sounds_path }, context) => {
    if (sounds_path === null) return [];
    const files = context.files(sounds_path, 'sounds_path');
    // In the order of their content: names and places change nothing.
    const known = new Map(files.map((file) => [context.hashFile(file), file]));
    const digests = [...known.keys()].sort();
    const location = digests.flatMap((digest) => known.get(digest) ?? []);
    return [{ name: 'sounds', digest: sha256(digests.join('\n')), location, files }];
  },
  each: {
    over: 'corpus',
    makes: 'files',
    items: (input, params) => copiesOf(readCorpus(input).utterances, params).map(itemOf),
    async open(params, tools) {
      const { createCopyMaker } = await import('./augment/make-copy.ts');
      return createCopyMaker(params, tools);
    },
    combine(context, files) {
      const { params } = context;
      const input = context.input('corpus');
      const output = context.output('corpus');
      const { info, utterances } = readCorpus(input);
      const made = copiesOf(utterances, params).map((copy): Utterance => {
        const file = files.get(itemId(itemOf(copy)));
        if (file === undefined) throw new Error(`no file was made for "${copy.id}"`);
        const { rate, frames } = file.meta as unknown as MadeFacts;
        if (frames === 0) {
          throw new TaskError(`nothing is left of "${copy.of.id}": it has no samples`);
        }
        output.link(audioFile(file.digest), file.digest);
        const { id, source } = copy;
        return { ...copy.of, id, source, audio: file.digest, rate, duration: frames / rate };
      });
      if (params.keep) {
        for (const [file, digest] of Object.entries(input.files)) {
          if (file.startsWith('audio/')) output.link(file, digest);
        }
      }
      // Nobody stated what may be done with the files of noise that are in the copies now.
      const audio = params.sounds_path === null ? info.audio : 'none';
      const kept = params.keep ? utterances : [];
      const changed = !params.keep && {
        altered: true as const,
        title: titleOfPart(info.title, ['altered sound']),
      };
      writeCorpus(output, { info: { ...info, audio, ...changed }, utterances: [...kept, ...made] });
    },
  },
});

function itemOf({ of, number, drawnAs }: Copy): {
  readonly digest: Digest;
  readonly data: { id: string; copy: number };
} {
  const data: CopyData = { id: drawnAs, copy: number };
  return { digest: of.audio, data: { ...data } };
}
