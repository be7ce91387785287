import { OpusDecoder, type OpusDecoderSampleRate } from 'opus-decoder';
import { ok, type Result } from '../../engine/result.ts';
import type { Audio, AudioError } from '../audio.ts';
import { refuse } from '../pcm-header.ts';
import { SoundSink, tooLong } from '../sound-sink.ts';
import { readOpusHead } from './opus-head.ts';
import { groups, readPackets } from './packets.ts';
import { Timeline } from './timeline.ts';

/** Hz that positions are counted in. */
const clock = 48_000;
/** Hz that the codec can decode to. */
const rates: readonly OpusDecoderSampleRate[] = [8000, 12_000, 16_000, 24_000, clock];

/**
 * Decodes Ogg Opus with libopus, compiled to WebAssembly in a package, at the lowest of its rates
 * that holds what was encoded, as libsndfile does (48 kHz where the file does not say what was). The container is read here, so the length is exact:
 * what the encoder put before and after the sound is cut off.
 */
export async function readOpus(bytes: Uint8Array): Promise<Result<Audio, AudioError>> {
  const read = readPackets(bytes);
  if (!read.ok) return read;
  const [first, , ...packets] = read.value.packets;
  const head = readOpusHead(first?.data ?? bytes.subarray(0, 0));
  if (!head.ok) return head;
  const { channels, preSkip, inputRate, gain, streams, coupled, mapping } = head.value;
  const sampleRate = (inputRate > 0 && rates.find((rate) => rate >= inputRate)) || clock;
  const decoder = new OpusDecoder({
    sampleRate,
    channels,
    streamCount: streams,
    coupledStreamCount: coupled,
    channelMappingTable: [...mapping],
  });
  await decoder.ready;
  const sink = new SoundSink(channels);
  const timeline = new Timeline();
  const step = clock / sampleRate;
  let done = 0;
  for (const group of groups(packets)) {
    const { channelData, errors } = decoder.decodeFrames(group.map(({ data }) => data));
    if (errors.length > 0) return refuse('damaged', 'it is damaged: a packet is no Opus');
    if (!sink.append(channelData)) return refuse('too-long', tooLong);
    done += group.length;
    const granule = group.at(-1)?.granule ?? -1;
    timeline.mark(granule / step, sink.length, done === packets.length);
  }
  decoder.free();
  const taken = timeline.take(sink, preSkip / step);
  if (taken[0]!.length === 0) return refuse('no-samples', 'it has a header but no samples');
  if (gain !== 1) {
    for (const samples of taken) for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
  }
  return ok({ sampleRate, channels: taken, truncated: read.value.truncated });
}
