/**
 * How the outputs of a layer lie over its inputs along one axis: output j exists where the inputs
 * j·step … j·step + width − 1 do. For a pool these are the inputs it sees; for a convolution whose
 * zeros at the border keep the size, only those in the middle of its kernel.
 */
export interface Window {
  readonly width: number;
  readonly step: number;
}

/** Every output stands for one input. */
export const identity: Window = { width: 1, step: 1 };

/** The window of two layers in a row. */
export function compose(first: Window, then: Window): Window {
  return { width: first.width + first.step * (then.width - 1), step: first.step * then.step };
}

/** Outputs that `size` inputs give: ⌊(size − width) / step⌋ + 1, or 0 where not even one fits. */
export function countOutputs(size: number, { width, step }: Window): number {
  return size < width ? 0 : Math.floor((size - width) / step) + 1;
}

export function sameWindow(a: Window, b: Window): boolean {
  return a.width === b.width && a.step === b.step;
}
