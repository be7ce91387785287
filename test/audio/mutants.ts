import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc16, crc32 } from '../../src/audio/crc.ts';
import { readFrame } from '../../src/audio/flac/frame.ts';
import { readStreamInfo } from '../../src/audio/flac/stream-info.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import type { Random } from '../../src/util/random.ts';
import { bytesOf, chunk, fmt, riff, u16, u32 } from './wav-bytes.ts';

/** A good file that bad ones are made from. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const golden = join(import.meta.dirname, '../golden/audio');
const coded = [
  'mono-16.flac',
  'stereo-24.flac',
  'mono-16.oga',
  'mono.mp3',
  'stereo.mp3',
  'stereo.ogg',
  'mono.opus',
];

/** One small file per format and encoding. */
export function seeds(): readonly Seed[] {
  const sound = Uint8Array.from({ length: 600 }, (_, i) => (i * 37) % 251);
  const plain = riff(fmt({ bits: 16 }), chunk('LIST', [1, 2, 3]), chunk('data', sound));
  const size = u32(0xffffffff);
  const ds64 = chunk('ds64', [...u32(0), ...u32(0), ...u32(600), ...new Array<number>(16).fill(0)]);
  const tail = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
  const w64 = (id: string, body: Uint8Array): Uint8Array =>
    bytesOf(id, tail, u32(24 + body.length), u32(0), body);
  const swap = (bytes: readonly number[]): readonly number[] => [...bytes].reverse();
  const common = [0, 2, 0, 0, 0, 150, 0, 16, 0x40, 0x0c, 0xfa, 0, 0, 0, 0, 0, 0, 0];
  return [
    { name: 'wav pcm', bytes: plain },
    { name: 'wav a-law', bytes: riff(fmt({ tag: 6, bits: 8 }), chunk('data', sound)) },
    {
      name: 'wav float',
      bytes: encodeWav([Float32Array.from(sound.subarray(0, 99), (x) => x / 256)], 16000),
    },
    {
      name: 'rf64',
      bytes: bytesOf('RF64', size, 'WAVE', ds64, fmt({ bits: 24 }), 'data', size, sound),
    },
    {
      name: 'w64',
      bytes: bytesOf(
        'riff',
        [0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 4, 0xc1, 0, 0],
        u32(0),
        u32(0),
        'wave',
        tail,
        w64('fmt ', fmt({ bits: 16 }).subarray(8)),
        w64('data', sound),
      ),
    },
    {
      name: 'aiff',
      bytes: bytesOf(
        'FORM',
        [0, 0, 3, 0],
        'AIFC',
        'COMM',
        swap(u32(24)),
        common,
        'sowt',
        u16(0),
        'SSND',
        swap(u32(608)),
        u32(0),
        u32(0),
        sound,
      ),
    },
    ...coded.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(golden, name))) })),
  ];
}

/** Numbers that readers trip over. */
const odd = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/**
 * A bad file made from a good one: bits turned, bytes set, ranges zeroed, left out, doubled or taken from
 * another file, the end cut off. Every second one gets its checksums made right again, or nothing would
 * ever come past them.
 */
export function mutate(seed: Seed, others: readonly Seed[], random: Random): Uint8Array {
  let bytes = Uint8Array.from(seed.bytes);
  const times = 1 + random.integer(4);
  for (let i = 0; i < times; i++) bytes = change(bytes, others, random);
  return random.integer(2) === 0 ? bytes : repair(bytes, seed);
}

function change(
  bytes: Uint8Array,
  others: readonly Seed[],
  random: Random,
): Uint8Array<ArrayBuffer> {
  const out = Uint8Array.from(bytes);
  if (out.length === 0) return out;
  // Headers are short and matter most.
  const at = random.integer(random.integer(2) === 0 ? Math.min(out.length, 100) : out.length);
  const length = 1 + random.integer(random.integer(4) === 0 ? out.length : 8);
  switch (random.integer(8)) {
    case 0:
      out[at]! ^= 1 << random.integer(8);
      return out;
    case 1:
      out[at] = odd[random.integer(odd.length)]!;
      return out;
    case 2:
      for (let i = at; i < at + length; i++) out[i] = random.integer(256);
      return out;
    case 3:
      return out.fill(random.integer(2) === 0 ? 0 : 0xff, at, at + length);
    case 4:
      return Uint8Array.from([...out.subarray(0, at), ...out.subarray(at + length)]);
    case 5:
      return Uint8Array.from([...out.subarray(0, at + length), ...out.subarray(at)]);
    case 6: {
      const other = others[random.integer(others.length)]!.bytes;
      const from = random.integer(other.length);
      out.set(other.subarray(from, from + Math.min(length, out.length - at)), at);
      return out;
    }
    default:
      return out.slice(0, at);
  }
}

function repair(bytes: Uint8Array, seed: Seed): Uint8Array {
  const start = String.fromCharCode(...seed.bytes.subarray(0, 4));
  if (start === 'OggS') return repairOgg(bytes);
  return start === 'fLaC' ? repairFlac(bytes, seed.bytes) : bytes;
}

/** Gives every page of an Ogg file the checksum that its bytes have. */
function repairOgg(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 27 <= bytes.length; ) {
    const start = at + 27 + bytes[at + 26]!;
    const end = start + bytes.subarray(at + 27, start).reduce((sum, size) => sum + size, 0);
    if (end > bytes.length) break;
    view.setUint32(at + 22, 0, true);
    view.setUint32(at + 22, crc32(bytes, at, end), true);
    at = end;
  }
  return bytes;
}

/** Gives every frame of a FLAC file its checksum, at the places where frames of the good file end. */
function repairFlac(bytes: Uint8Array, good: Uint8Array): Uint8Array {
  const info = readStreamInfo(good, 0);
  if (!info.ok) throw new Error(info.error.message);
  const view = new DataView(bytes.buffer);
  for (let at = info.value.start; ; ) {
    const frame = readFrame(good, at, info.value);
    if (typeof frame !== 'object' || frame.end > bytes.length) return bytes;
    view.setUint16(frame.end - 2, crc16(bytes, at, frame.end - 2));
    at = frame.end;
  }
}
