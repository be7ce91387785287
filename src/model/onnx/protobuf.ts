/**
 * The part of the protocol-buffer wire format that ONNX models need. A message is its encoded
 * fields, one after another; a repeated field is written once per value.
 */
export type Fields = readonly Uint8Array[];

const encoder = new TextEncoder();

/** int64, int32, bool and enum: a varint; negative numbers as 64-bit two's complement. */
export function intField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint((field << 3) | 0), ...varint(value)]);
}

/** float: four bytes, little-endian. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = Uint8Array.from([...varint((field << 3) | 5), 0, 0, 0, 0]);
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, value, true);
  return bytes;
}

export function bytesField(field: number, value: Uint8Array): Uint8Array {
  return join([Uint8Array.from([...varint((field << 3) | 2), ...varint(value.length)]), value]);
}

export function textField(field: number, value: string): Uint8Array {
  return bytesField(field, encoder.encode(value));
}

export function messageField(field: number, fields: Fields): Uint8Array {
  return bytesField(field, join(fields));
}

export function join(parts: Fields): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}
