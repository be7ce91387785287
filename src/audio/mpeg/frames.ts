import { ok, type Result } from '../../engine/result.ts';
import type { AudioError } from '../audio.ts';
import { viewOf } from '../chunks.ts';
import { fourCc } from '../four-cc.ts';
import { id3Length } from '../id3.ts';
import { refuse } from '../pcm-header.ts';
import { type MpegHeader, readMpegHeader } from './frame-header.ts';

/** The frames of an MPEG audio file, which follow each other without a gap. */
export interface MpegFrames {
  readonly header: MpegHeader;
  /** First byte of the first, and first byte behind the last whole frame. */
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly truncated: boolean;
}

/** Bytes in which a first frame is looked for: some writers pad their tags with more than they say. */
const searched = 65_536;

/**
 * Walks the frames from header to header. A decoder would silently leave out what it does not
 * understand, and give a shorter sound; here a gap is an error, and a missing end is seen.
 */
export function findMpegFrames(bytes: Uint8Array): Result<MpegFrames, AudioError> {
  const start = findFirst(bytes, id3Length(bytes));
  const header = start === undefined ? undefined : readMpegHeader(bytes, start);
  if (start === undefined || header === undefined) {
    return refuse('not-audio', 'it looks like an MP3 file but holds no MPEG audio');
  }
  let at = start;
  let count = 0;
  for (;;) {
    const next = readMpegHeader(bytes, at);
    if (next === undefined || !isLike(next, header)) break;
    if (at + next.length > bytes.length) {
      return ok({ header, start, end: at, count, truncated: true });
    }
    at += next.length;
    count++;
  }
  if (!isTrailer(bytes, at)) {
    const seconds = ((count * header.samples) / header.sampleRate).toFixed(3);
    return refuse('damaged', `it is damaged at ${seconds} s: no frame begins where one should`);
  }
  const promised = promisedFrames(bytes, start, header);
  return ok({
    header,
    start,
    end: at,
    count,
    truncated: promised !== undefined && count < promised,
  });
}

/** A header that another one like it follows, or that the file ends with. */
function findFirst(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at < Math.min(bytes.length, from + searched); at++) {
    const header = readMpegHeader(bytes, at);
    if (header === undefined) continue;
    const end = at + header.length;
    const next = readMpegHeader(bytes, end);
    if (next === undefined ? end === bytes.length : isLike(next, header)) return at;
  }
  return undefined;
}

function isLike(a: MpegHeader, b: MpegHeader): boolean {
  return (
    a.version === b.version &&
    a.layer === b.layer &&
    a.sampleRate === b.sampleRate &&
    a.mono === b.mono
  );
}

/** Frames that the Xing or Info tag in the first frame counts, with that frame itself. */
function promisedFrames(bytes: Uint8Array, start: number, header: MpegHeader): number | undefined {
  const side = header.version === 1 ? (header.mono ? 17 : 32) : header.mono ? 9 : 17;
  const at = start + 4 + (header.checked ? 2 : 0) + side;
  const name = fourCc(bytes, at);
  if ((name !== 'Xing' && name !== 'Info') || at + 12 > bytes.length) return undefined;
  const view = viewOf(bytes);
  return (view.getUint32(at + 4) & 1) === 0 ? undefined : view.getUint32(at + 8) + 1;
}

/** Tags behind the sound, zeros, or less than a header. */
function isTrailer(bytes: Uint8Array, at: number): boolean {
  return (
    bytes.length - at < 4 ||
    ['TAG', 'APETAGEX', 'ID3', '3DI', 'LYRICSBEGIN'].some(
      (name) => fourCc(bytes, at, name.length) === name,
    ) ||
    bytes.subarray(at).every((byte) => byte === 0)
  );
}
