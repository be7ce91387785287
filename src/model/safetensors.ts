export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

interface Entry {
  readonly dtype: 'F32' | 'F64';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Encodes named tensors as a safetensors file: an 8-byte little-endian header length, a JSON header
 * padded with spaces to a multiple of 8, then the data. Names are sorted, so equal tensors are equal
 * bytes.
 */
export function encodeSafetensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const header: Record<string, Entry> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  // The widest type first keeps every tensor aligned to its own width.
  const names = Object.keys(tensors).sort();
  const ordered = [
    ...names.filter((name) => isDouble(tensors[name]!)),
    ...names.filter((name) => !isDouble(tensors[name]!)),
  ];
  for (const name of ordered) {
    const { data, shape } = tensors[name]!;
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw new Error(`tensor ${name} has ${data.length} values, not ${shape.join(' × ')}`);
    }
    const bytes = littleEndian(data);
    header[name] = {
      dtype: isDouble(tensors[name]!) ? 'F64' : 'F32',
      shape,
      data_offsets: [offset, offset + bytes.length],
    };
    parts.push(bytes);
    offset += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, 8);
  let at = 8 + padded;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Reads float32 and float64 tensors. Throws on bytes that are no such file. */
export function decodeSafetensors(file: Uint8Array): Readonly<Record<string, Tensor>> {
  if (file.length < 8) throw new Error('not a safetensors file: shorter than its header length');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > file.length - 8) throw new Error('not a safetensors file: the header is cut off');
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Readonly<
    Record<string, Entry>
  >;
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = data_offsets;
    const width = dtype === 'F64' ? 8 : 4;
    const count = shape.reduce((a, b) => a * b, 1);
    if ((dtype !== 'F64' && dtype !== 'F32') || end - start !== count * width) {
      throw new Error(`tensor ${name}: ${dtype} with ${end - start} bytes is not readable`);
    }
    if (8 + length + end > file.length) throw new Error(`tensor ${name} is cut off`);
    const data = dtype === 'F64' ? new Float64Array(count) : new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const at = 8 + length + start + i * width;
      data[i] = dtype === 'F64' ? view.getFloat64(at, true) : view.getFloat32(at, true);
    }
    tensors[name] = { shape, data };
  }
  return tensors;
}

function isDouble(tensor: Tensor): boolean {
  return tensor.data instanceof Float64Array;
}

function littleEndian(data: Float32Array | Float64Array): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  const wide = data instanceof Float64Array;
  for (let i = 0; i < data.length; i++) {
    if (wide) view.setFloat64(i * 8, data[i]!, true);
    else view.setFloat32(i * 4, data[i]!, true);
  }
  return bytes;
}
