import { fourCc } from './four-cc.ts';
import { id3Length } from './id3.ts';

/** What a file is by its first bytes, whatever its name says. */
export type FileFormat =
  | 'empty'
  | PcmFormat
  | Codec
  | keyof typeof unreadTitles
  | keyof typeof soundlessTitles;

/** Containers of plain samples. */
export const pcmFormats = ['wav', 'rifx', 'rf64', 'w64', 'aiff'] as const;

/** Formats of coded sound. */
export type Codec = 'flac' | 'mp3' | 'ogg-vorbis' | 'ogg-opus' | 'ogg-flac';

export type PcmFormat = (typeof pcmFormats)[number];

/** Sound that is not decoded here, as a message calls it. */
export const unreadTitles = {
  au: 'a Sun AU file',
  caf: 'a CAF file',
  sphere: 'a NIST SPHERE file',
  mp4: 'an MP4 file (M4A, AAC)',
  aac: 'an AAC file',
  ac3: 'an AC-3 file',
  wma: 'a Windows Media file (WMA)',
  webm: 'a WebM or Matroska file',
  amr: 'an AMR file',
  wavpack: 'a WavPack file',
  ape: 'a Monkey’s Audio file',
  ogg: 'an Ogg file with neither Opus, Vorbis nor FLAC as its first stream',
} as const;

/** What is no sound at all. */
export const soundlessTitles = {
  riff: 'a RIFF file without sound (not WAVE)',
  html: 'a web page: the download failed',
  'git-lfs': 'a Git LFS pointer: the sound itself was not downloaded',
  zip: 'a ZIP archive: unpack it first',
  gzip: 'a gzip file: unpack it first',
  text: 'a text file',
  unknown: 'of no known sound format',
} as const;

/** The first bytes of formats that begin with letters or numbers of their own. */
const beginnings: readonly (readonly [string, FileFormat])[] = [
  ['RIFX', 'rifx'],
  ['RF64', 'rf64'],
  ['BW64', 'rf64'],
  ['riff', 'w64'],
  ['fLaC', 'flac'],
  ['.snd', 'au'],
  ['caff', 'caf'],
  ['NIST_1A', 'sphere'],
  ['\x0b\x77', 'ac3'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'wma'],
  ['\x1a\x45\xdf\xa3', 'webm'],
  ['#!AMR', 'amr'],
  ['wvpk', 'wavpack'],
  ['MAC ', 'ape'],
  ['PK\x03\x04', 'zip'],
  ['\x1f\x8b', 'gzip'],
];

/** Tells the format by content, from the first bytes behind an ID3 tag where there is one. */
export function sniffFormat(file: Uint8Array): FileFormat {
  if (file.length === 0) return 'empty';
  const tag = id3Length(file);
  const bytes = file.subarray(tag);
  const form = fourCc(bytes, 8);
  if (fourCc(bytes, 0) === 'RIFF') return form === 'WAVE' ? 'wav' : 'riff';
  if (fourCc(bytes, 0) === 'FORM' && form.startsWith('AIF')) return 'aiff';
  if (fourCc(bytes, 0) === 'OggS') return oggCodec(bytes);
  const start = fourCc(bytes, 0, 8);
  const known = beginnings.find(([beginning]) => start.startsWith(beginning));
  if (known !== undefined) return known[1];
  if (fourCc(bytes, 4) === 'ftyp') return 'mp4';
  const [a = 0, b = 0] = bytes;
  if (a === 0xff && (b & 0xf6) === 0xf0) return 'aac';
  if (tag > 0 || isMpegFrame(bytes)) return 'mp3';
  return sniffText(bytes);
}

/** The codec of an Ogg file stands in the first packet, behind the table of its page. */
function oggCodec(bytes: Uint8Array): FileFormat {
  const packet = fourCc(bytes, 27 + (bytes[26] ?? 0), 8);
  if (packet === 'OpusHead') return 'ogg-opus';
  if (packet.startsWith('\x01vorbis')) return 'ogg-vorbis';
  return packet.startsWith('\x7fFLAC') ? 'ogg-flac' : 'ogg';
}

/** An MPEG audio header: 11 sync bits, and no reserved version, layer, bit rate or sample rate. */
function isMpegFrame(bytes: Uint8Array): boolean {
  const [a = 0, b = 0, c = 0] = bytes;
  return (
    a === 0xff &&
    (b & 0xe0) === 0xe0 &&
    (b & 0x18) !== 0x08 &&
    (b & 0x06) !== 0 &&
    (c & 0xf0) !== 0xf0 &&
    (c & 0x0c) !== 0x0c
  );
}

function sniffText(bytes: Uint8Array): FileFormat {
  const start = decodeText(bytes.subarray(0, 256)).trimStart().toLowerCase();
  if (start.startsWith('<!doctype') || start.startsWith('<html')) return 'html';
  if (start.startsWith('version https://git-lfs')) return 'git-lfs';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what text lacks.
  return start.length > 3 && !/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(start) ? 'text' : 'unknown';
}

/** The bytes as UTF-8, a character at their end that is cut apart left out; empty where they are none. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return '';
  }
}
