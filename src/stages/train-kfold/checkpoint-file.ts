import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelPlan } from '../../model/language/model-plan.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../model/train/checkpoint.ts';

const digestBytes = 32;

/** The checkpoint of one training in its folder: a SHA-256, then the bytes that it is of. */
export interface CheckpointFile {
  /** The one that was kept last; undefined where there is none, or it was torn by a kill. */
  read(): Checkpoint | undefined;
  write(checkpoint: Checkpoint): void;
}

export function checkpointFile(folder: string, plan: ModelPlan): CheckpointFile {
  const path = join(folder, 'checkpoint');
  const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
  return {
    read() {
      let file: Buffer;
      try {
        file = readFileSync(path);
      } catch {
        return undefined;
      }
      const bytes = file.subarray(digestBytes);
      if (!file.subarray(0, digestBytes).equals(digest(bytes))) return undefined;
      const checkpoint = decodeCheckpoint(bytes);
      const { parameters } = checkpoint.state;
      return plan.parameters.every(({ name }) => name in parameters) ? checkpoint : undefined;
    },
    write(checkpoint) {
      const bytes = encodeCheckpoint(checkpoint);
      // A file that a kill tears is told by its digest, so nothing need wait for the disk.
      writeFileSync(`${path}.tmp`, Buffer.concat([digest(bytes), bytes]));
      renameSync(`${path}.tmp`, path);
    },
  };
}
