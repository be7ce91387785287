import type { Utterance } from '../../artifacts/corpus.ts';
import type { InputArtifact, OutputArtifact } from '../../engine/artifact.ts';

/** Takes over the audio of these clips: links, nothing is read or copied. */
export function linkAudio(
  input: InputArtifact,
  output: OutputArtifact,
  clips: readonly Utterance[],
): void {
  const wanted = new Set<string>(clips.map(({ audio }) => audio));
  for (const [file, digest] of Object.entries(input.files)) {
    if (file.startsWith('audio/') && wanted.has(digest)) output.link(file, digest);
  }
}
