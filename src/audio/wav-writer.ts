/**
 * A float32 WAV file (format tag 3 with the fact chunk that the format asks for): lossless for what
 * the program computes. Channels must have equal lengths. Throws a RangeError beyond 4 GiB.
 */
export function encodeWav(channels: readonly Float32Array[], sampleRate: number): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const block = channels.length * 4;
  const size = frames * block;
  const headerSize = 58;
  if (headerSize + size > 0xffffffff) throw new RangeError('a WAV file cannot exceed 4 GiB');
  const bytes = new Uint8Array(headerSize + size);
  const view = new DataView(bytes.buffer);
  const id = (text: string, at: number): void => {
    for (let i = 0; i < 4; i++) bytes[at + i] = text.charCodeAt(i);
  };
  id('RIFF', 0);
  view.setUint32(4, headerSize - 8 + size, true);
  id('WAVE', 8);
  id('fmt ', 12);
  view.setUint32(16, 18, true);
  view.setUint16(20, 3, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * block, true);
  view.setUint16(32, block, true);
  view.setUint16(34, 32, true);
  view.setUint16(36, 0, true);
  id('fact', 38);
  view.setUint32(42, 4, true);
  view.setUint32(46, frames, true);
  id('data', 50);
  view.setUint32(54, size, true);
  channels.forEach((channel, c) => {
    for (let i = 0; i < frames; i++)
      view.setFloat32(headerSize + i * block + c * 4, channel[i]!, true);
  });
  return bytes;
}
