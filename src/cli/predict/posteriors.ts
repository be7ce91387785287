import { readFileSync } from 'node:fs';
import { openFeatures } from '../../artifacts/features.ts';
import type { ModelDescription } from '../../artifacts/models.ts';
import type { ArtifactFiles, InputArtifact } from '../../engine/artifact.ts';
import type { Digest } from '../../engine/digest.ts';
import { argmax } from '../../model/argmax.ts';
import { openSession, type Session, tensor } from '../../model/onnx/session.ts';

/** What the models of a set say of one recording. */
export interface Judged {
  readonly id: string;
  /** Mean over the models, in the order of the labels. */
  readonly posterior: readonly number[];
  /** Models whose own first choice is that of the mean. */
  readonly agree: number;
}

export interface ModelSet {
  readonly description: ModelDescription;
  readonly files: ArtifactFiles;
}

/** `fold-1-seed-1/model.onnx` and so on; none where a set holds predictions alone. */
export function modelFiles({ files }: ArtifactFiles): readonly string[] {
  return Object.keys(files)
    .filter((file) => /^fold-\d+-seed-\d+\/model\.onnx$/.test(file))
    .sort();
}

/**
 * The mean posterior of all models of a set on whole recordings, p = 1/M Σ softmax(fₘ(x)). Features are those
 * that the models were trained on, functionals likewise where they take some.
 */
export async function judge(
  { description, files }: ModelSet,
  features: ArtifactFiles,
  functionals: ArtifactFiles | undefined,
): Promise<readonly Judged[]> {
  const opened = openFeatures(unaudited(features));
  const side = functionals && openFeatures(unaudited(functionals));
  const columns = opened.bands * opened.channels;
  const judged = new Map(
    opened.ids.map((id) => [id, { sum: description.labels.map(() => 0), choices: [] as number[] }]),
  );
  for (const file of modelFiles(files)) {
    const session = await openSession(readFileSync(files.path(file)), {
      ...{ threads: 1, constantFilters: true },
    });
    try {
      for (const [id, known] of judged) {
        const matrix = opened.load('apply', [id]).get(id);
        if (matrix === undefined) throw new Error(`no features of ${id}`);
        const extra = side?.load('apply', [id]).get(id)?.data;
        const shape = [1, matrix.frames, columns];
        const own = await posteriorOf(session, matrix.data, shape, extra);
        known.choices.push(argmax(own));
        for (const [k, p] of own.entries()) known.sum[k] = (known.sum[k] ?? 0) + p;
      }
    } finally {
      await session.close();
    }
  }
  return [...judged].map(([id, { sum, choices }]) => {
    const posterior = sum.map((p) => p / choices.length);
    const first = argmax(posterior);
    return { id, posterior, agree: choices.filter((choice) => choice === first).length };
  });
}

async function posteriorOf(
  session: Session,
  data: Float32Array,
  shape: readonly number[],
  functionals: Float32Array | undefined,
): Promise<Float32Array> {
  const feeds = {
    features: tensor(data, shape),
    ...(functionals && { functionals: tensor(functionals, [1, functionals.length]) }),
  };
  const { posteriors } = await session.run(feeds, ['posteriors']);
  return posteriors?.data as Float32Array;
}

/** Nothing is recorded of what is only looked at. */
function unaudited(files: ArtifactFiles): InputArtifact {
  return {
    ...files,
    ...{ port: '', from: '', digest: '' as Digest, consume: () => undefined },
    path: files.path,
    raw: files.path,
    object: (digest) => {
      throw new Error(`nothing names the object ${digest}`);
    },
  };
}
