/** What a file is by its first bytes, whatever its name says. */
export type FileFormat =
  | 'wav'
  | 'rifx'
  | 'rf64'
  | 'w64'
  | 'riff'
  | 'aiff'
  | 'au'
  | 'caf'
  | 'flac'
  | 'mp3'
  | 'ogg'
  | 'mp4'
  | 'html'
  | 'git-lfs'
  | 'unknown';

/** How each is called in a message. */
export const formatTitles: Readonly<Record<FileFormat, string>> = {
  wav: 'a WAV file',
  rifx: 'a big-endian WAV (RIFX) file',
  rf64: 'an RF64 (64-bit WAV) file',
  w64: 'a Wave64 file',
  riff: 'a RIFF file without sound (not WAVE)',
  aiff: 'an AIFF file',
  au: 'a Sun AU file',
  caf: 'a CAF file',
  flac: 'a FLAC file',
  mp3: 'an MP3 file',
  ogg: 'an Ogg file',
  mp4: 'an MP4 (M4A) file',
  html: 'a web page: the download failed',
  'git-lfs': 'a Git LFS pointer: the sound itself was not downloaded',
  unknown: 'of no known sound format',
};

/** `length` bytes at `offset` as Latin-1; shorter at the end of the file. */
export function fourCc(bytes: Uint8Array, offset: number, length = 4): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/** Tells the format by content, from the first 64 bytes. */
export function sniffFormat(bytes: Uint8Array): FileFormat {
  const id = fourCc(bytes, 0);
  const form = fourCc(bytes, 8);
  if (id === 'RIFF') return form === 'WAVE' ? 'wav' : 'riff';
  if (id === 'RIFX') return 'rifx';
  if (id === 'RF64' || id === 'BW64') return 'rf64';
  if (id === 'riff') return 'w64';
  if (id === 'FORM' && form.startsWith('AIF')) return 'aiff';
  if (id === '.snd') return 'au';
  if (id === 'caff') return 'caf';
  if (id === 'fLaC') return 'flac';
  if (id === 'OggS') return 'ogg';
  if (fourCc(bytes, 4) === 'ftyp') return 'mp4';
  if (id.startsWith('ID3') || isMpegFrame(bytes)) return 'mp3';
  const start = fourCc(bytes, 0, 64).trimStart().toLowerCase();
  if (start.startsWith('<!doctype') || start.startsWith('<html')) return 'html';
  if (start.startsWith('version https://git-lfs')) return 'git-lfs';
  return 'unknown';
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
