import { type Analysis, writeAnalysis } from '../../artifacts/analysis.ts';
import { readCorpus, type Utterance } from '../../artifacts/corpus.ts';
import { describePicture, pictureSteps } from '../../dsp/measures/picture.ts';
import type { Digest } from '../../engine/digest.ts';
import type { ItemRows, Shard, TaskContext } from '../../engine/stage.ts';
import { smallestDifferences } from '../../stats/smallest-difference.ts';
import { NpyReader } from '../../util/npy.ts';
import { makeCharts } from './charts.ts';
import { type ClipRow, groupRows } from './clip-row.ts';
import { findDuplicates } from './duplicates.ts';
import { mapClips } from './map.ts';
import type { Measured } from './measured.ts';
import { findAll } from './rules.ts';
import { distinct, makeTables } from './tables.ts';

/** Makes the analysis from what was measured of every clip. */
export function combineClips(
  context: TaskContext<{ readonly alpha: number }>,
  shards: readonly Shard[],
  found: ReadonlyMap<Digest, ItemRows>,
): void {
  const { info, utterances } = readCorpus(context.input('corpus'));
  const readers = shards.map(({ path }) => new NpyReader(path));
  try {
    const place = ({ audio, id }: Utterance): ItemRows => {
      const rows = found.get(audio);
      if (rows === undefined) throw new Error(`no rows for the audio of "${id}"`);
      return rows;
    };
    const pictureOf = (utterance: Utterance): Float32Array => {
      const { shard, offset } = place(utterance);
      const reader = readers[shard];
      if (reader === undefined) throw new Error(`no shard ${shard}`);
      return reader.read(offset, pictureSteps);
    };
    const map = mapClips(utterances.map((one) => describePicture(pictureOf(one))));
    const rows = utterances.map((utterance, i): ClipRow => {
      const measured = place(utterance).meta as unknown as Measured;
      const spoken = utterance.duration * (1 - measured.quiet);
      return {
        ...utterance,
        ...measured,
        syllableRate: spoken > 0 ? round(measured.nuclei / spoken) : null,
        map: map[i] ?? [0, 0],
      };
    });
    const duplicates = findDuplicates(rows);
    const findings = findAll({ info, rows, duplicates });
    const charts = makeCharts(rows, info.labels, pictureOf);
    const counts = [...groupRows(rows, ({ speaker }) => speaker).values()].map((own) =>
      info.labels.map((label) => own.filter(({ emotion }) => emotion === label).length),
    );
    const analysis: Analysis = {
      format: 'affekt.analysis/1',
      corpus: {
        ...{ name: info.name, title: info.title, labels: info.labels, clips: rows.length },
        speakers: counts.length,
        texts: distinct(rows, 'text').filter((text) => text !== '').length,
        duration: round(rows.reduce((sum, { duration }) => sum + duration, 0)),
      },
      findings,
      smallest_difference: smallestDifferences(counts, context.params.alpha),
      charts: charts.map(({ name, title, raster }) => ({ name, title, raster })),
    };
    const tables = makeTables(rows, info.labels, duplicates);
    const specs = Object.fromEntries(charts.map(({ name, spec }) => [name, spec]));
    writeAnalysis(context.output('analysis'), analysis, tables, specs);
    for (const { level, text } of findings) context.log(`${level}: ${text}`);
  } finally {
    for (const reader of readers) reader.close();
  }
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
