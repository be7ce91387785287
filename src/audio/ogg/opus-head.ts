import { ok, type Result } from '../../engine/result.ts';
import type { AudioError } from '../audio.ts';
import { viewOf } from '../chunks.ts';
import { refuse } from '../pcm-header.ts';

/** What the first packet of an Opus stream says (RFC 7845 §5.1). */
export interface OpusHead {
  readonly channels: number;
  /** Samples at 48 kHz to drop at the beginning. */
  readonly preSkip: number;
  /** Hz of what was encoded; 0 where it is not said. */
  readonly inputRate: number;
  /** Factor for every sample. */
  readonly gain: number;
  readonly streams: number;
  readonly coupled: number;
  readonly mapping: readonly number[];
}

/** Reads the first packet: one or two channels (mapping family 0), or up to eight in Vorbis’ order (family 1). */
export function readOpusHead(packet: Uint8Array): Result<OpusHead, AudioError> {
  const broken = refuse('bad-header', 'its header is broken: no Opus header');
  if (packet.length < 19) return broken;
  const view = viewOf(packet);
  const channels = packet[9]!;
  const family = packet[18]!;
  const head = {
    channels,
    preSkip: view.getUint16(10, true),
    inputRate: view.getUint32(12, true),
    gain: 10 ** (view.getInt16(16, true) / (20 * 256)),
  };
  if (packet[8]! >= 16 || channels === 0) return broken;
  if (family === 0) {
    if (channels > 2) return broken;
    const mapping = channels === 1 ? [0] : [0, 1];
    return ok({ ...head, streams: 1, coupled: channels - 1, mapping });
  }
  if (family !== 1 || channels > 8) {
    return refuse('unsupported-encoding', `its Opus channels have mapping family ${family}`);
  }
  const [streams = 0, coupled = 0, ...mapping] = packet.subarray(19, 21 + channels);
  const decoded = streams + coupled;
  const isWhole = mapping.length === channels && streams > 0 && coupled <= streams;
  if (!isWhole || mapping.some((index) => index !== 255 && index >= decoded)) return broken;
  return ok({ ...head, streams, coupled, mapping });
}
