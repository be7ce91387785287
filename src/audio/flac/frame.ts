import { crc8, crc16 } from '../crc.ts';
import { BitReader } from './bit-reader.ts';
import type { StreamInfo } from './stream-info.ts';
import { type Block, readSubframe } from './subframe.ts';

/** A decoded frame, and where the next one begins. */
export interface Frame {
  /** One block of integers per channel. */
  readonly blocks: readonly Block[];
  readonly end: number;
}

/** Block sizes by code; 0 is reserved, 6 and 7 stand behind the header. */
const blockSizes = [0, 192, 576, 1152, 2304, 4608, 0, 0];
/** Bits per sample by code; 0 says as in the stream's header, 3 is reserved. */
const sampleBits = [0, 8, 12, -1, 16, 20, 24, 32];

/** Whether a frame may begin at `at`: 14 bits of sync code and a reserved 0. */
export function isFrameSync(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xfe) === 0xf8;
}

interface FrameHeader {
  readonly blockSize: number;
  /** 0–7 independent channels, 8 left and side, 9 side and right, 10 middle and side. */
  readonly assignment: number;
}

/** Decodes the frame at `at`: `undefined` where the file ends inside it, text that says what is wrong with it. */
export function readFrame(
  bytes: Uint8Array,
  at: number,
  info: StreamInfo,
): Frame | string | undefined {
  const reader = new BitReader(bytes, at);
  const header = readFrameHeader(reader, bytes, at, info);
  if (reader.overrun) return undefined;
  if (typeof header === 'string') return header;
  const { blockSize, assignment } = header;
  const blocks: Block[] = [];
  for (let channel = 0; channel < info.channels; channel++) {
    const block = info.bits > 24 ? new Float64Array(blockSize) : new Int32Array(blockSize);
    // The difference of two channels needs one bit more.
    const isSide = assignment === 9 ? channel === 0 : assignment > 7 && channel === 1;
    const problem = readSubframe(reader, block, info.bits + (isSide ? 1 : 0));
    if (reader.overrun) return undefined;
    if (problem !== undefined) return problem;
    blocks.push(block);
  }
  reader.align();
  const end = reader.byte;
  if (end + 2 > bytes.length) return undefined;
  if (reader.unsigned(16) !== crc16(bytes, at, end)) return 'a frame fails its checksum';
  if (assignment > 7) decorrelate(blocks[0]!, blocks[1]!, assignment);
  return { blocks, end: end + 2 };
}

function readFrameHeader(
  reader: BitReader,
  bytes: Uint8Array,
  at: number,
  info: StreamInfo,
): FrameHeader | string {
  reader.unsigned(16);
  const sizeCode = reader.unsigned(4);
  const rateCode = reader.unsigned(4);
  const assignment = reader.unsigned(4);
  const bitsCode = reader.unsigned(3);
  reader.unsigned(1);
  // The number of the frame or of its first sample, in the manner of UTF-8.
  const lead = reader.unsigned(8);
  for (let mask = 0x40; lead >= 0xc0 && (lead & mask) !== 0; mask >>= 1) reader.unsigned(8);
  const blockSize =
    sizeCode === 6
      ? reader.unsigned(8) + 1
      : sizeCode === 7
        ? reader.unsigned(16) + 1
        : (blockSizes[sizeCode] ?? 2 ** sizeCode);
  if (rateCode >= 12) reader.unsigned(rateCode === 12 ? 8 : 16);
  const end = reader.byte;
  if (reader.unsigned(8) !== crc8(bytes, at, end)) return 'a frame header fails its checksum';
  const channels = assignment < 8 ? assignment + 1 : assignment < 11 ? 2 : 0;
  const bits = sampleBits[bitsCode]! || info.bits;
  if (blockSize === 0 || channels === 0) return 'a frame header has reserved values';
  if (channels !== info.channels || bits !== info.bits) {
    return 'its number of channels or bits changes within the file';
  }
  return { blockSize, assignment };
}

/** Left and right from the two channels as they were coded, in place. */
function decorrelate(first: Block, second: Block, assignment: number): void {
  for (let i = 0; i < first.length; i++) {
    const a = first[i]!;
    const b = second[i]!;
    if (assignment === 8) second[i] = a - b;
    else if (assignment === 9) first[i] = a + b;
    else {
      // The middle lost its lowest bit, which is that of the difference.
      const twice = 2 * a + Math.abs(b % 2);
      first[i] = (twice + b) / 2;
      second[i] = (twice - b) / 2;
    }
  }
}
