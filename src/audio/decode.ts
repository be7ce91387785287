import { ok, type Result } from '../engine/result.ts';
import { firstNotFinite } from '../util/finite.ts';
import { type Audio, type AudioError, toMono } from './audio.ts';
import { readPcm, readPcmHeader } from './pcm.ts';
import { refuse } from './pcm-header.ts';
import {
  type Codec,
  type FileFormat,
  type PcmFormat,
  pcmFormats,
  sniffFormat,
  soundlessTitles,
  unreadTitles,
} from './sniff.ts';

/** One channel of sound at its own rate. */
export interface Mono {
  /** Hz. */
  readonly sampleRate: number;
  /** Finite; full scale = ±1. */
  readonly samples: Float32Array;
  /** The file promises more than it holds. */
  readonly truncated: boolean;
}

/** What there is to know of a sound without keeping it. */
export interface SoundInfo {
  /** Hz. */
  readonly sampleRate: number;
  /** Samples per channel. */
  readonly frames: number;
  readonly truncated: boolean;
}

type Reader = (bytes: Uint8Array) => Promise<Result<Audio, AudioError>>;

/** Decoders by format, loaded when the first file needs them. */
const codecs: Readonly<Record<Codec, Reader>> = {
  flac: async (bytes) => (await import('./flac/flac.ts')).readFlac(bytes),
  'ogg-flac': async (bytes) => (await import('./ogg/ogg-flac.ts')).readOggFlac(bytes),
  'ogg-vorbis': async (bytes) => contain((await import('./ogg/vorbis.ts')).readVorbis, bytes),
  'ogg-opus': async (bytes) => contain((await import('./ogg/opus.ts')).readOpus, bytes),
  mp3: async (bytes) => contain((await import('./mpeg/mpeg.ts')).readMpeg, bytes),
};

/** A foreign decoder may trap or throw on bytes that it did not foresee: that is their fault, not ours. */
async function contain(read: Reader, bytes: Uint8Array): Promise<Result<Audio, AudioError>> {
  try {
    return await read(bytes);
  } catch (error) {
    const { message } = error as Error;
    return refuse('damaged', `it is damaged: its decoder gave up (${message})`);
  }
}

/**
 * Decodes a sound file by its content, not by its name: WAV (RIFF, RIFX, RF64, Wave64), AIFF and AIFF-C,
 * FLAC (native or in Ogg), MP3, Ogg Vorbis and Ogg Opus. Every outcome is sound or an error in words,
 * whatever the bytes are.
 */
export async function decodeAudio(bytes: Uint8Array): Promise<Result<Audio, AudioError>> {
  const format = sniffFormat(bytes);
  if (isPcm(format)) return readPcm(bytes, format);
  if (format in codecs) return codecs[format as keyof typeof codecs](bytes);
  if (format === 'empty') return refuse('empty-file', 'the file is empty (0 bytes)');
  return format in soundlessTitles
    ? refuse('not-audio', `it is ${soundlessTitles[format as 'unknown']}`)
    : refuse('unsupported-format', `it is ${unreadTitles[format as 'au']}`);
}

/** Decodes a sound file to one channel, the mean of its channels, and checks that all samples are numbers. */
export async function decodeMono(bytes: Uint8Array): Promise<Result<Mono, AudioError>> {
  const audio = await decodeAudio(bytes);
  if (!audio.ok) return audio;
  const { sampleRate, channels, truncated } = audio.value;
  const samples = toMono(channels);
  const bad = firstNotFinite(samples);
  if (bad >= 0) {
    const at = (bad / sampleRate).toFixed(3);
    return refuse('not-finite', `sample ${bad} (at ${at} s) is not a number`);
  }
  return ok({ sampleRate, samples, truncated });
}

/**
 * Whether a sound file can be decoded, and what it holds. Samples that cannot be wrong (integers, of
 * which the header says how many there are) are not decoded for it; all others are.
 */
export async function probeAudio(bytes: Uint8Array): Promise<Result<SoundInfo, AudioError>> {
  const format = sniffFormat(bytes);
  if (isPcm(format)) {
    const header = readPcmHeader(bytes, format);
    if (!header.ok || header.value.format.encoding !== 'float') return header;
  }
  const mono = await decodeMono(bytes);
  return mono.ok ? ok({ ...mono.value, frames: mono.value.samples.length }) : mono;
}

function isPcm(format: FileFormat): format is PcmFormat {
  return (pcmFormats as readonly string[]).includes(format);
}
