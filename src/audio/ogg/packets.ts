import { err, ok, type Result } from '../../engine/result.ts';
import type { AudioError } from '../audio.ts';
import { type OggPage, oggPages } from './pages.ts';

/** A packet of a stream. */
export interface Packet {
  readonly data: Uint8Array;
  /** Position in samples at its end, where a page says it; −1 elsewhere. */
  readonly granule: number;
}

export interface Packets {
  readonly packets: readonly Packet[];
  /** The file ends before the stream does. */
  readonly truncated: boolean;
}

const damaged = (message: string): Result<never, AudioError> =>
  err({ reason: 'damaged', message: `it is damaged: ${message}` });

/**
 * The packets of the first stream in an Ogg file, whole and in order. Streams beside it (a picture, a
 * skeleton) are left out; one that follows it is refused, because it would be lost. So is a page that
 * fails its checksum or is missing.
 */
export function readPackets(bytes: Uint8Array): Result<Packets, AudioError> {
  const packets: Packet[] = [];
  let stream: OggPage | undefined;
  let sequence = 0;
  let open: Uint8Array[] = [];
  let ended = false;
  for (const page of oggPages(bytes)) {
    if (page === 'cut') return ok({ packets, truncated: !ended });
    if (page === 'damaged') {
      if (ended) break;
      return damaged(`page ${sequence} fails its checksum or is not there`);
    }
    stream ??= page;
    if (ended && page.first) {
      return err({
        reason: 'unsupported-encoding',
        message: 'it holds several streams one after another',
      });
    }
    if (page.serial !== stream.serial || ended) continue;
    if (page.sequence !== sequence) return damaged(`page ${sequence} is missing`);
    if (page.continued !== open.length > 0) return damaged(`page ${sequence} lacks its beginning`);
    sequence++;
    ended = page.last;
    for (const [index, part] of page.parts.entries()) {
      const isLast = index === page.parts.length - 1;
      open.push(part);
      if (isLast && page.open) break;
      const finishes = index === page.parts.length - 1 - (page.open ? 1 : 0);
      packets.push({ data: join(open), granule: finishes ? page.granule : -1 });
      open = [];
    }
  }
  return ok({ packets, truncated: !ended });
}

/**
 * Packets in groups that can be decoded at once: each ends where a page says its position, and holds no
 * more than a page can.
 */
export function* groups(packets: readonly Packet[]): Generator<readonly Packet[]> {
  let from = 0;
  for (const [index, { granule }] of packets.entries()) {
    const to = index + 1;
    if (granule < 0 && to - from < 255 && to < packets.length) continue;
    yield packets.slice(from, to);
    from = to;
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0)] = parts;
  if (parts.length < 2) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
