import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { ok, type Result } from '../../engine/result.ts';
import type { Audio, AudioError } from '../audio.ts';
import { viewOf } from '../chunks.ts';
import { fourCc } from '../four-cc.ts';
import { implausible, refuse } from '../pcm-header.ts';
import { SoundSink, tooLong } from '../sound-sink.ts';
import { groups, readPackets } from './packets.ts';
import { Timeline } from './timeline.ts';

type Pages = Parameters<OggVorbisDecoder['decodeOggPages']>[0];

/**
 * Decodes Ogg Vorbis with libvorbis, compiled to WebAssembly in a package. The container is read here,
 * so the length is exact. A fresh decoder per file: one that stumbled over bad bytes is not used again.
 */
export async function readVorbis(bytes: Uint8Array): Promise<Result<Audio, AudioError>> {
  const read = readPackets(bytes);
  if (!read.ok) return read;
  const [identification, comment, setup, ...rest] = read.value.packets;
  if (
    identification === undefined ||
    identification.data.length < 30 ||
    fourCc(comment?.data ?? bytes, 0, 7) !== '\x03vorbis' ||
    setup === undefined ||
    fourCc(setup.data, 0, 7) !== '\x05vorbis'
  ) {
    return refuse('bad-header', 'its header is broken: three Vorbis headers are needed');
  }
  const channels = identification.data[11]!;
  const sampleRate = viewOf(identification.data).getUint32(12, true);
  const doubt = implausible(channels > 8 ? 0 : channels, sampleRate);
  if (doubt !== undefined) return doubt;
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  /** What the decoder needs to know of a page: its first packet, and those with sound. */
  const decode = (data: Uint8Array, sound: readonly Uint8Array[] = []) => {
    const codecFrames = sound.map((packet) => ({
      data: packet,
      header: { vorbisSetup: setup.data },
    }));
    const page = { data, codecFrames, isLastPage: false };
    return decoder.decodeOggPages([page] as unknown as Pages);
  };
  await decode(identification.data);
  // Some encoders end with an empty packet.
  const packets = rest.filter(({ data }) => data.length > 0);
  const sink = new SoundSink(channels);
  const timeline = new Timeline();
  let done = 0;
  for (const group of groups(packets)) {
    const sound = group.map(({ data }) => data);
    const { channelData, errors } = await decode(setup.data, sound);
    if (errors.length > 0) return refuse('damaged', 'it is damaged: a packet is no Vorbis');
    if (!sink.append(channelData)) return refuse('too-long', tooLong);
    done += group.length;
    timeline.mark(group.at(-1)?.granule ?? -1, sink.length, done === packets.length);
  }
  decoder.free();
  const taken = timeline.take(sink);
  if (taken[0]!.length === 0) return refuse('no-samples', 'it has a header but no samples');
  return ok({ sampleRate, channels: taken, truncated: read.value.truncated });
}
