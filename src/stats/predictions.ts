/** What one seed said of one scored clip. Classes are indices into the label set. */
export interface Scored {
  readonly id: string;
  readonly speaker: string;
  readonly fold: number;
  readonly seed: number;
  readonly truth: number;
  readonly predicted: number;
  /** One probability per class. */
  readonly posterior: readonly number[];
}
