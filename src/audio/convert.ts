import type { AudioError } from './audio.ts';

/** Whether another program can make a file of it that is read here. */
export function isConvertible({ reason }: Partial<AudioError>): boolean {
  return reason === 'unsupported-format' || reason === 'unsupported-encoding';
}

/** The command that turns a sound file into a FLAC file beside it. */
export function convertCommand(file: string): string {
  return `ffmpeg -i ${quote(file)} ${quote(`${file.replace(/\.[^./]*$/, '')}.flac`)}`;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
