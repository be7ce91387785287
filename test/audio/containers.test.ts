import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Audio } from '../../src/audio/audio.ts';
import { readPcm } from '../../src/audio/pcm.ts';
import type { PcmFormat } from '../../src/audio/sniff.ts';
import { bytesOf, chunk, fmt, riff, u16, u32 } from './wav-bytes.ts';

const test = suite('containers of plain samples');

function read(bytes: Uint8Array, kind: PcmFormat): Audio {
  const result = readPcm(bytes, kind);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refusal(bytes: Uint8Array, kind: PcmFormat): string {
  const result = readPcm(bytes, kind);
  return result.ok ? 'was read' : `${result.error.reason}: ${result.error.message}`;
}

const swap = (bytes: readonly number[]): readonly number[] => [...bytes].reverse();
/** A big-endian chunk. */
const iff = (id: string, body: Uint8Array | readonly number[]): Uint8Array =>
  bytesOf(id, swap(u32(body.length)), body, body.length % 2 === 1 ? [0] : []);

test('A-law and µ-law are those of ITU-T G.711', () => {
  const decode = (tag: number, codes: readonly number[]): readonly number[] => [
    ...read(riff(fmt({ tag, bits: 8 }), chunk('data', codes)), 'wav').channels[0]!,
  ];
  // The decoder output values of G.711, tables 1a and 2a: 16 and 14 bits, on the scale of 16 bits.
  assert.equal(
    decode(6, [0xd5, 0x55, 0xaa, 0x2a, 0xc5]).map((value) => value * 32768),
    [8, -8, 32256, -32256, 264],
  );
  assert.equal(
    decode(7, [0xff, 0x7f, 0x80, 0x00, 0xef]).map((value) => value * 32768 + 0),
    [0, 0, 32124, -32124, 132],
  );
});

test('RF64 takes the size of its data from the ds64 chunk', () => {
  const size = u32(0xffffffff);
  const ds64 = (dataSize: number): Uint8Array =>
    chunk('ds64', [
      ...u32(0),
      ...u32(0),
      ...u32(dataSize),
      ...u32(0),
      ...u32(2),
      ...u32(0),
      0,
      0,
      0,
      0,
    ]);
  const file = (dataSize: number): Uint8Array =>
    bytesOf(
      'RF64',
      size,
      'WAVE',
      ds64(dataSize),
      fmt({ bits: 16 }),
      'data',
      size,
      u16(16384),
      u16(0),
      'LIST',
      u32(2),
      [1, 2],
    );
  assert.equal(read(file(4), 'rf64'), {
    sampleRate: 16000,
    channels: [Float32Array.of(0.5, 0)],
    truncated: false,
  });
  assert.ok(read(file(4000), 'rf64').truncated);
});

test('RIFX is RIFF with its bytes the other way round', () => {
  const format = [u16(1), u16(1), u32(16000), u32(32000), u16(2), u16(16)].flatMap(swap);
  const body = bytesOf('WAVE', iff('fmt ', format), iff('data', [0x40, 0, 0xc0, 0]));
  const file = bytesOf('RIFX', swap(u32(body.length)), body);
  assert.equal([...read(file, 'rifx').channels[0]!], [0.5, -0.5]);
});

test('Wave64 has GUIDs, sizes that count their header, and chunks at multiples of 8', () => {
  const tail = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
  const w64 = (id: string, body: Uint8Array, size = body.length): Uint8Array =>
    bytesOf(id, tail, u32(24 + size), u32(0), body, new Uint8Array(-body.length & 7));
  const file = (size?: number): Uint8Array =>
    bytesOf(
      'riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00',
      u32(0),
      u32(0),
      'wave',
      tail,
      w64('fmt ', fmt({ bits: 16 }).subarray(8)),
      w64('junk', Uint8Array.of(1, 2, 3)),
      w64('data', Uint8Array.of(0, 0x40, 0, 0xc0), size),
    );
  assert.equal([...read(file(), 'w64').channels[0]!], [0.5, -0.5]);
  assert.not.ok(read(file(), 'w64').truncated);
  assert.ok(read(file(4000), 'w64').truncated);
  assert.is(
    refusal(file().subarray(0, 90), 'w64'),
    'no-data: it has a header but no sound (no data chunk)',
  );
  assert.is(
    refusal(file().subarray(0, 50), 'w64'),
    'bad-header: its header is broken: no fmt chunk',
  );
});

/** 22255 Hz and 24414 Hz as 80-bit numbers: exponent 16383 + 14, mantissa from the top. */
const extended = (rate: number): readonly number[] => [
  0x40,
  0x0d,
  ...swap(u16(rate * 2)),
  0,
  0,
  0,
  0,
  0,
  0,
];

function aiff(
  type: string | undefined,
  bits: number,
  sound: readonly number[],
  rate = 24414,
): Uint8Array {
  const common = [0, 1, 0, 0, 0, 9, 0, bits, ...extended(rate)];
  const compression = type === undefined ? [] : [...Buffer.from(`${type}\x04none\0`, 'latin1')];
  const ssnd = iff('SSND', [0, 0, 0, 0, 0, 0, 0, 0, ...sound]);
  const body = bytesOf(
    type === undefined ? 'AIFF' : 'AIFC',
    iff('COMM', [...common, ...compression]),
    iff('MARK', [1]),
    ssnd,
  );
  return bytesOf('FORM', swap(u32(body.length)), body);
}

test('AIFF and AIFF-C: plain samples of either byte order, float, companded', () => {
  const samples = (
    type: string | undefined,
    bits: number,
    sound: readonly number[],
  ): readonly number[] => [...read(aiff(type, bits, sound), 'aiff').channels[0]!];
  assert.is(read(aiff(undefined, 16, [0x40, 0]), 'aiff').sampleRate, 24414);
  assert.equal(samples(undefined, 16, [0x40, 0, 0x80, 0]), [0.5, -1]);
  assert.equal(samples(undefined, 8, [0x40, 0x80]), [0.5, -1]);
  assert.equal(samples(undefined, 24, [0xc0, 0, 0, 0, 0, 1]), [-0.5, 2 ** -23]);
  assert.equal(samples('sowt', 16, [0, 0x40]), [0.5]);
  assert.equal(samples('in24', 24, [0x40, 0, 0]), [0.5]);
  assert.equal(samples('raw ', 8, [0xc0]), [0.5]);
  assert.equal(samples('fl32', 32, [0xbf, 0, 0, 0]), [-0.5]);
  assert.equal(samples('fl64', 64, [0x3f, 0xe0, 0, 0, 0, 0, 0, 0]), [0.5]);
  assert.equal(samples('ulaw', 16, [0x80]), [32124 / 32768]);
  assert.is(
    refusal(aiff('ima4', 16, [0, 0]), 'aiff'),
    'unsupported-encoding: its samples are "ima4" of 16 bits',
  );
  assert.is(refusal(aiff(undefined, 16, []), 'aiff'), 'no-samples: it has a header but no samples');
  assert.is(
    refusal(aiff(undefined, 16, [0, 0]).subarray(0, 40), 'aiff'),
    'no-data: it has a header but no sound (no SSND chunk)',
  );
});

test('no prefix of a file and no changed byte makes a reader throw', () => {
  for (const [kind, file] of [
    ['aiff', aiff('sowt', 16, [0, 0x40])],
    [
      'rf64',
      bytesOf(
        'RF64',
        u32(0xffffffff),
        'WAVE',
        chunk('ds64', new Array(28).fill(0)),
        fmt({ bits: 16 }),
        chunk('data', [0, 0]),
      ),
    ],
  ] as const) {
    for (let at = 0; at < file.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const changed = Uint8Array.from(file);
        changed[at] = value;
        for (const bytes of [changed, file.subarray(0, at)]) {
          const result = readPcm(bytes, kind);
          if (result.ok)
            assert.ok(
              result.value.channels.length * result.value.channels[0]!.length <= file.length,
            );
        }
      }
    }
  }
});

test.run();
