/** What the four bytes say that begin a frame of MPEG audio (ISO 11172-3, 13818-3). */
export interface MpegHeader {
  /** 1, 2, or 2.5 (an extension to low sampling rates). */
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  /** Hz. */
  readonly sampleRate: number;
  readonly mono: boolean;
  /** Two bytes of checksum follow. */
  readonly checked: boolean;
  /** Bytes of the frame, these four included. */
  readonly length: number;
  /** Samples per channel. */
  readonly samples: number;
}

/** kbit/s by version (1, or 2 and 2.5) and layer. */
const bitRates: Readonly<Record<string, readonly number[]>> = {
  '1 1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1 2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1 3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2 1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2 2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2 3': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** The frame header at `at`, or undefined where none stands. Frames of a free bit rate count as none. */
export function readMpegHeader(bytes: Uint8Array, at: number): MpegHeader | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff) return undefined;
  const [b, c, d] = [bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!];
  const version = ([2.5, undefined, 2, 1] as const)[(b >> 3) & 3];
  const layer = ([undefined, 3, 2, 1] as const)[(b >> 1) & 3];
  const rate = [44_100, 48_000, 32_000][(c >> 2) & 3];
  if ((b & 0xe0) !== 0xe0 || version === undefined || layer === undefined || rate === undefined) {
    return undefined;
  }
  const kilobits = bitRates[`${Math.floor(version)} ${layer}`]?.[(c >> 4) - 1];
  if (kilobits === undefined) return undefined;
  const sampleRate = version === 1 ? rate : version === 2 ? rate / 2 : rate / 4;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  // Layer I counts in slots of four bytes.
  const slot = layer === 1 ? 4 : 1;
  const slots = Math.floor(((samples / 8) * kilobits * 1000) / sampleRate / slot);
  const length = (slots + ((c >> 1) & 1)) * slot;
  const mono = d >> 6 === 3;
  return { version, layer, sampleRate, mono, checked: (b & 1) === 0, length, samples };
}
