/** Builds RIFF files piece by piece, wrong ones included. */

export function bytesOf(
  ...parts: readonly (string | readonly number[] | Uint8Array)[]
): Uint8Array {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
    ),
  );
}

export function u16(value: number): readonly number[] {
  return [value & 255, (value >> 8) & 255];
}

export function u32(value: number): readonly number[] {
  return [...u16(value & 65535), ...u16(Math.floor(value / 65536))];
}

/** A chunk; `size` overrides what its header says, and an odd one gets its pad byte unless told not. */
export function chunk(
  id: string,
  body: Uint8Array | readonly number[],
  { size = body.length, pad = true }: { readonly size?: number; readonly pad?: boolean } = {},
): Uint8Array {
  return bytesOf(id, u32(size), body, pad && body.length % 2 === 1 ? [0] : []);
}

export interface Encoding {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits: number;
  /** Container bytes of one sample. */
  readonly bytes?: number;
}

export function fmt({
  tag = 1,
  channels = 1,
  rate = 16000,
  bits,
  bytes = Math.ceil(bits / 8),
}: Encoding): Uint8Array {
  const block = channels * bytes;
  return chunk('fmt ', [
    ...u16(tag),
    ...u16(channels),
    ...u32(rate),
    ...u32(rate * block),
    ...u16(block),
    ...u16(bits),
  ]);
}

export function riff(...chunks: readonly Uint8Array[]): Uint8Array {
  const body = bytesOf('WAVE', ...chunks);
  return bytesOf('RIFF', u32(body.length), body);
}
