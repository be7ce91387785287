import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.ts';

const test = suite('safetensors');

test('is the published layout, byte for byte', () => {
  const bytes = encodeSafetensors({ b: { shape: [2], data: Float32Array.of(1, -2) } });
  const header = '{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const expected = Buffer.concat([
    Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from(padded),
    Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]),
  ]);
  assert.equal(Buffer.from(bytes), expected);
});

test('reads what it wrote, in any order of names, from any offset', () => {
  const w = { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, Math.PI) };
  const b = { shape: [3], data: Float32Array.of(0.5, 3e38, -0) };
  const bytes = encodeSafetensors({ w, b });
  assert.equal(bytes, encodeSafetensors({ b, w }));
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assert.equal(decodeSafetensors(shifted.subarray(3)), { w, b });
});

test('refuses what is cut off or of another type', () => {
  const bytes = encodeSafetensors({ b: { shape: [2], data: Float32Array.of(1, 2) } });
  assert.throws(() => decodeSafetensors(bytes.subarray(0, 5)), /shorter/);
  assert.throws(() => decodeSafetensors(bytes.subarray(0, 20)), /cut off/);
  assert.throws(() => decodeSafetensors(bytes.subarray(0, bytes.length - 1)), /cut off/);
  const half = Buffer.from(Buffer.from(bytes).toString('latin1').replace('F32', 'F16'), 'latin1');
  assert.throws(() => decodeSafetensors(half), /F16/);
  assert.throws(() => encodeSafetensors({ b: { shape: [3], data: Float32Array.of(1) } }), /not 3/);
});

test.run();
