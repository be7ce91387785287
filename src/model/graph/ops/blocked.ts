import type { OnnxWriter } from '../onnx-writer.ts';

/**
 * ONNX Runtime's kernels on blocked channels, whose convolutions are 1.6 times as fast as its plain
 * ones: images lie as [N, C/B, H, W, B], B channels filling a vector register of the processor. The
 * runtime uses them by itself where filters are constant, so not in training; here they are asked for
 * by name. A blocked tensor keeps the shape of the plain one.
 */
export const blockedOptions = { domain: 'com.microsoft.nchwc' } as const;

/** The blocked tensor that a plain one was made from, if it was. */
export function blockedForm(writer: OnnxWriter, plain: string): string | undefined {
  return writer.blocked.get(plain);
}

/** [N, C, H, W] blocked; C is a multiple of the block. */
export function toBlocks(writer: OnnxWriter, plain: string): string {
  return blockedForm(writer, plain) ?? writer.node('ReorderInput', [plain], blockedOptions)[0]!;
}

/** The plain form, which costs nothing if nobody reads it. */
export function fromBlocks(writer: OnnxWriter, image: string, channels: number): readonly string[] {
  const plain = writer.node('ReorderOutput', [image], {
    ...blockedOptions,
    attributes: { channels: { int: channels } },
  });
  writer.blocked.set(plain[0]!, image);
  return plain;
}
