import { err, type Result } from '../engine/result.ts';
import type { AudioError } from './audio.ts';
import type { SampleFormat } from './samples.ts';

/** What the header of a file of plain samples says, with the length that the file really has. */
export interface PcmHeader {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
  readonly format: SampleFormat;
  /** Bits that carry sound, as the header states them. */
  readonly bits: number;
  readonly truncated: boolean;
  /** Offset of the first sample in the file. */
  readonly start: number;
}

/** A refusal in words. */
export function refuse(reason: AudioError['reason'], message: string): Result<never, AudioError> {
  return err({ reason, message });
}

/** Hz between which a header is believed. */
const rates = [1000, 1_536_000] as const;

/** A refusal of a header that cannot be true, `undefined` for one that can. */
export function implausible(
  channels: number,
  sampleRate: number,
): Result<never, AudioError> | undefined {
  if (channels > 0 && sampleRate >= rates[0] && sampleRate <= rates[1]) return undefined;
  return refuse('bad-header', `its header says ${channels} channels at ${sampleRate} Hz`);
}
