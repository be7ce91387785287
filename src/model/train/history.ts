import { formatCsv } from '../../util/csv.ts';

/** One epoch of a training. Fractions and mean losses; null where nothing was validated. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  /** Optimiser steps so far. */
  readonly step: number;
  /** Of the epoch's last step. */
  readonly learningRate: number;
  /** Mean over the epoch's batches, as the model was while it learnt, on augmented crops. */
  readonly trainLoss: number;
  readonly trainUar: number;
  readonly validationLoss: number | null;
  readonly validationUar: number | null;
}

const columns = [
  'epoch',
  'step',
  'learning_rate',
  'train_loss',
  'train_uar',
  'validation_loss',
  'validation_uar',
] as const;

export function formatHistory(history: readonly Epoch[]): string {
  return formatCsv(
    columns,
    history.map((row) => [
      row.epoch,
      row.step,
      row.learningRate,
      row.trainLoss,
      row.trainUar,
      row.validationLoss,
      row.validationUar,
    ]),
  );
}

/** Numbers of a row in the order of its columns, NaN for null: how a checkpoint stores it. */
export function packEpoch(row: Epoch): readonly number[] {
  return [
    row.epoch,
    row.step,
    row.learningRate,
    row.trainLoss,
    row.trainUar,
    row.validationLoss ?? Number.NaN,
    row.validationUar ?? Number.NaN,
  ];
}

export const epochWidth = columns.length;

export function unpackEpoch(numbers: ArrayLike<number>): Epoch {
  const known = (at: number): number | null =>
    Number.isNaN(numbers[at]) ? null : (numbers[at] ?? null);
  return {
    epoch: numbers[0] ?? 0,
    step: numbers[1] ?? 0,
    learningRate: numbers[2] ?? 0,
    trainLoss: numbers[3] ?? 0,
    trainUar: numbers[4] ?? 0,
    validationLoss: known(5),
    validationUar: known(6),
  };
}
