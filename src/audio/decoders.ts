/**
 * Packages whose versions decide which samples a coded file has: part of the key of every kind that
 * decodes (its `dependencies`). Apart from the code that loads them, because kinds are loaded at the start.
 */
export const decoderPackages: readonly string[] = [
  '@wasm-audio-decoders/ogg-vorbis',
  'mpg123-decoder',
  'opus-decoder',
];
