import type { Artifact, ArtifactFiles, InputArtifact } from '../engine/artifact.ts';

/** One output of a nested task. */
export function pick(outputs: Readonly<Record<string, Artifact>>, port: string): Artifact {
  const artifact = outputs[port];
  if (artifact === undefined) throw new Error(`no output ${port}`);
  return artifact;
}

/** The files of a nested task's output, found through an input's view of the object store. */
export function filesOf(artifact: Artifact, through: InputArtifact): ArtifactFiles {
  return {
    ...artifact,
    path(file) {
      const digest = artifact.files[file];
      if (digest === undefined) throw new Error(`no file ${file}`);
      return through.object(digest);
    },
  };
}
