import { defineTraining, type FeatureMatrix, Type } from 'affekt';

/** A training of your own: the mean of each class, and how near a clip is to it. */
export default defineTraining({
  kind: 'nearest-centroid',
  summary: 'Compares the mean of each band over the frames of a clip with the mean of each class.',
  params: Type.Object({
    sharpness: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'Factor of the squared distance in the exponent of the posterior.',
    }),
  }),
  parameters: ({ channels, bands, classes }) => (classes + 2) * channels * bands,
  train({ clips, labels, params }) {
    const rows = clips.map(meanOf);
    const columns = rows[0]?.map((_, k) => k) ?? [];
    const centre = columns.map((k) => mean(rows.map((row) => row[k] ?? 0)));
    const scale = columns.map(
      (k) => Math.sqrt(mean(rows.map((row) => ((row[k] ?? 0) - (centre[k] ?? 0)) ** 2))) || 1,
    );
    const standard = (row: readonly number[]): readonly number[] =>
      row.map((value, k) => (value - (centre[k] ?? 0)) / (scale[k] ?? 1));
    const centroids = labels.map((_, label) => {
      const own = rows.filter((_, i) => clips[i]?.label === label).map(standard);
      return columns.map((k) => mean(own.map((row) => row[k] ?? 0)));
    });
    return (clip) => {
      const row = standard(meanOf(clip));
      const far = centroids.map((centroid) =>
        mean(row.map((value, k) => (value - (centroid[k] ?? 0)) ** 2)),
      );
      const nearest = Math.min(...far);
      const weights = far.map((distance) => Math.exp(-params.sharpness * (distance - nearest)));
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / sum);
    };
  },
});

/** The mean of each band over the frames of a clip. */
function meanOf({ data, frames, channels, bands }: FeatureMatrix): readonly number[] {
  const columns = channels * bands;
  const sums = new Array<number>(columns).fill(0);
  for (const [i, value] of data.entries()) sums[i % columns] = (sums[i % columns] ?? 0) + value;
  return sums.map((sum) => sum / frames);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
