import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Audio, AudioError } from '../../src/audio/audio.ts';
import { readPcm, readPcmHeader } from '../../src/audio/pcm.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import { bytesOf, chunk, type Encoding, fmt, riff, u16, u32 } from './wav-bytes.ts';

const test = suite('wav');

function read(bytes: Uint8Array): Audio {
  const result = readPcm(bytes, 'wav');
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refusal(bytes: Uint8Array): AudioError {
  const result = readPcm(bytes, 'wav');
  assert.not.ok(result.ok, 'was read');
  return (result as { error: AudioError }).error;
}

function samples(encoding: Encoding, data: readonly number[]): number[] {
  return [...read(riff(fmt(encoding), chunk('data', data))).channels[0]!];
}

const int16 = fmt({ bits: 16 });
const half = u16(16384);

test('scales integers as libsndfile does', () => {
  assert.equal(samples({ bits: 8 }, [0, 128, 255]), [-1, 0, 127 / 128]);
  assert.equal(samples({ bits: 16 }, [...u16(32768), ...u16(32767)]), [-1, 32767 / 32768]);
  assert.equal(samples({ bits: 24 }, [0, 0, 0x80, 255, 255, 0x7f]), [-1, 8388607 / 8388608]);
  assert.equal(samples({ bits: 24 }, [1, 0, 0, 255, 255, 255]), [2 ** -23, -(2 ** -23)]);
  assert.equal(samples({ bits: 32 }, [0, 0, 0, 0x80, 0, 0, 0, 0x40]), [-1, 0.5]);
});

test('takes samples that are left-justified in a wider container', () => {
  assert.equal(samples({ bits: 24, bytes: 4 }, [0, 0, 0, 0xc0]), [-0.5]);
  assert.equal(samples({ bits: 20 }, [0, 0, 0x40]), [0.5]);
  assert.equal(samples({ bits: 12 }, half), [0.5]);
});

test('reads float of 32 and 64 bits with a fmt chunk of 16 bytes', () => {
  const single = new Uint8Array(Float32Array.of(0.1, -1.5).buffer);
  const double = new Uint8Array(Float64Array.of(0.1, -1.5).buffer);
  const wanted = [Math.fround(0.1), -1.5];
  assert.equal(samples({ tag: 3, bits: 32 }, [...single]), wanted);
  assert.equal(samples({ tag: 3, bits: 64 }, [...double]), wanted);
});

test('reads the extensible format and refuses foreign sub-formats', () => {
  const extensible = (tag: number, tail = 0x71): Uint8Array =>
    chunk('fmt ', [
      ...[...u16(0xfffe), ...u16(1), ...u32(8000), ...u32(16000), ...u16(2), ...u16(16)],
      ...[...u16(22), ...u16(16), ...u32(4), ...u16(tag)],
      ...[0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, tail],
    ]);
  assert.equal([...read(riff(extensible(1), chunk('data', half))).channels[0]!], [0.5]);
  assert.is(refusal(riff(extensible(1, 0), chunk('data', half))).reason, 'unsupported-encoding');
  assert.is(refusal(riff(extensible(3), chunk('data', half))).reason, 'unsupported-encoding');
});

test('takes channels apart and keeps the rate', () => {
  const stereo = fmt({ bits: 16, channels: 2, rate: 24414 });
  const audio = read(riff(stereo, chunk('data', [...half, 0, 0, ...u16(32768), 0, 0x20])));
  assert.equal(audio, {
    sampleRate: 24414,
    truncated: false,
    channels: [Float32Array.of(0.5, -1), Float32Array.of(0, 0.25)],
  });
});

test('finds the sound behind and before foreign chunks', () => {
  const data = chunk('data', half);
  const filler = chunk('FLLR', new Uint8Array(4044));
  for (const file of [
    riff(int16, filler, data, chunk('LIST', [1, 2, 3]), chunk('_PMX', [9])),
    riff(chunk('PAD ', new Uint8Array(10)), int16, data),
    riff(chunk('JUNK', []), int16, chunk('LIST', [1, 2, 3]), data),
    riff(data, int16),
    bytesOf(riff(int16, data), 'garbage that is no chunk'),
  ]) {
    assert.equal([...read(file).channels[0]!], [0.5]);
  }
});

test('an odd chunk may lack its pad byte', () => {
  const data = chunk('data', half);
  for (const size of [1, 3, 101]) {
    const body = new Uint8Array(size).fill(65);
    for (const pad of [true, false]) {
      const file = riff(int16, chunk('LIST', body, { pad }), data);
      assert.equal([...read(file).channels[0]!], [0.5], `${size} ${pad}`);
    }
  }
  // As in a real recorder: an odd data chunk and the next id right behind it.
  const file = riff(int16, chunk('data', [...half, 7], { pad: false }), chunk('iXML', [1, 2]));
  assert.equal([...read(file).channels[0]!], [0.5]);
});

test('streaming sizes mean all that is there', () => {
  for (const size of [0, 0xffffffff]) {
    const audio = read(riff(int16, chunk('data', [...half, ...half, 5], { size, pad: false })));
    assert.equal([...audio.channels[0]!], [0.5, 0.5]);
    assert.not.ok(audio.truncated);
  }
});

test('a file cut short gives what it has and says so', () => {
  const audio = read(
    riff(int16, chunk('data', [...half, ...half, 1], { size: 4000000000, pad: false })),
  );
  assert.equal([...audio.channels[0]!], [0.5, 0.5]);
  assert.ok(audio.truncated);
});

test('says what is wrong in a sentence', () => {
  const told = (bytes: Uint8Array): string => `${refusal(bytes).reason}: ${refusal(bytes).message}`;
  assert.is(
    told(riff(fmt({ tag: 3, bits: 32, rate: 44100 }))),
    'no-data: it has a header but no sound (no data chunk)',
  );
  assert.is(
    told(riff(int16, chunk('data', []), chunk('LIST', [1, 2]))),
    'no-samples: it has a header but no samples',
  );
  assert.is(told(riff(chunk('data', half))), 'bad-header: its header is broken: no fmt chunk');
  assert.is(
    told(riff(fmt({ tag: 85, bits: 0 }), chunk('data', half))),
    'unsupported-encoding: its samples are MP3',
  );
  assert.is(
    told(riff(fmt({ tag: 777, bits: 16 }), chunk('data', half))),
    'unsupported-encoding: its samples have format tag 777 and 16 bits',
  );
  assert.is(
    told(riff(fmt({ bits: 16, channels: 0 }), chunk('data', half))),
    'bad-header: its header says 0 channels at 16000 Hz',
  );
  assert.is(
    told(riff(fmt({ bits: 16, rate: 3 }), chunk('data', half))),
    'bad-header: its header says 1 channels at 3 Hz',
  );
  assert.is(
    told(riff(chunk('fmt ', [1, 0]), chunk('data', half))),
    'bad-header: its fmt chunk has 2 bytes instead of 16 or more',
  );
});

test('no prefix of a file makes the reader throw', () => {
  const file = riff(chunk('LIST', [1, 2, 3]), int16, chunk('data', half), chunk('iXML', [4, 5]));
  for (let length = 0; length <= file.length; length++) {
    const result = readPcm(file.subarray(0, length), 'wav');
    if (!result.ok) assert.ok(result.error.message.length > 10);
    else assert.equal([...result.value.channels[0]!], [0.5]);
  }
});

test('no changed byte makes the reader throw or hold more samples than the file has bytes', () => {
  const file = riff(int16, chunk('LIST', [1, 2, 3]), chunk('data', half));
  for (let at = 0; at < file.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const changed = Uint8Array.from(file);
      changed[at] = value;
      const result = readPcm(changed, 'wav');
      if (!result.ok) continue;
      const total = result.value.channels.reduce((sum, channel) => sum + channel.length, 0);
      assert.ok(total <= file.length, `${at} ${value}`);
    }
  }
});

test('the writer makes what the reader reads', () => {
  const channels = [Float32Array.of(0.1, -0.2, 1.5), Float32Array.of(1e-9, 0, -1)];
  const bytes = encodeWav(channels, 44100);
  assert.equal(read(bytes), { sampleRate: 44100, channels, truncated: false });
  const header = readPcmHeader(bytes, 'wav');
  assert.ok(header.ok);
  assert.equal(header.value, {
    sampleRate: 44100,
    channels: 2,
    frames: 3,
    bits: 32,
    format: { encoding: 'float', bytes: 4, littleEndian: true },
    truncated: false,
    start: 58,
  });
});

test.run();
