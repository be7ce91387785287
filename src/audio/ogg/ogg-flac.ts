import { ok, type Result } from '../../engine/result.ts';
import type { Audio, AudioError } from '../audio.ts';
import { readFlac } from '../flac/flac.ts';
import { readPackets } from './packets.ts';

/** Decodes FLAC in Ogg: a native header in the first packet, metadata, one frame in each other packet. */
export function readOggFlac(bytes: Uint8Array): Result<Audio, AudioError> {
  const read = readPackets(bytes);
  if (!read.ok) return read;
  const [first = new Uint8Array(0), ...rest] = read.value.packets.map(({ data }) => data);
  // Behind `\x7fFLAC`, two bytes of version and two with the number of header packets.
  const native = readFlac(Buffer.concat([first.subarray(9), ...rest]));
  if (!native.ok) return native;
  return ok({ ...native.value, truncated: native.value.truncated || read.value.truncated });
}
