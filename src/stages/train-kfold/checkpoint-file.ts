import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensors } from '../../model/engine.ts';
import type { ModelPlan } from '../../model/language/model-plan.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../model/train/checkpoint.ts';

const digestBytes = 32;

type Planned = Pick<ModelPlan, 'parameters' | 'buffers'>;

/** The checkpoint of one training in its folder: a SHA-256 over machine and bytes, then the bytes. */
export interface CheckpointFile {
  /** The one that was kept last on such a machine; undefined where there is none that fits. */
  read(): Checkpoint | undefined;
  write(checkpoint: Checkpoint): void;
}

/**
 * @param machine what the bits of a step hang on: a checkpoint of another one is not adopted, for a
 * training that goes on elsewhere ends in bits that neither machine reproduces
 */
export function checkpointFile(folder: string, plan: Planned, machine: string): CheckpointFile {
  const path = join(folder, 'checkpoint');
  // Of this process: another host that took the task over writes here, too.
  const temporary = `${path}.${process.pid}.tmp`;
  const digest = (bytes: Uint8Array): Buffer =>
    createHash('sha256').update(`${machine}\n`).update(bytes).digest();
  return {
    read() {
      try {
        const file = readFileSync(path);
        const bytes = file.subarray(digestBytes);
        if (!file.subarray(0, digestBytes).equals(digest(bytes))) return undefined;
        const checkpoint = decodeCheckpoint(bytes);
        return fits(checkpoint, plan) ? checkpoint : undefined;
      } catch {
        // None yet, or one that another version of the program wrote.
        return undefined;
      }
    },
    write(checkpoint) {
      const bytes = encodeCheckpoint(checkpoint);
      // A file that a kill tears is told by its digest, so nothing need wait for the disk.
      try {
        writeFileSync(temporary, Buffer.concat([digest(bytes), bytes]));
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    },
  };
}

function fits({ state }: Checkpoint, { parameters, buffers }: Planned): boolean {
  const has = (held: Tensors, named: readonly { name: string; shape: readonly number[] }[]) =>
    named.every(({ name, shape }) => held[name]?.shape.join() === shape.join());
  return has(state.parameters, parameters) && has(state.buffers, buffers);
}
