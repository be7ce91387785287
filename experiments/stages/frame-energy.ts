import { writeFileSync } from 'node:fs';
import { defineStage, formatCsv, openFeatures, Type } from 'affekt';

/** Mean level of every clip in decibels: an own stage in 25 lines. */
export default defineStage({
  kind: 'frame-energy',
  version: 1,
  summary: 'Mean level of each clip over frames and bands, in dB.',
  tier: 'pooled',
  params: Type.Object(
    {
      digits: Type.Integer({ minimum: 0, maximum: 9, default: 3, description: 'Decimal places.' }),
    },
    { additionalProperties: false },
  ),
  inputs: { features: { type: 'features', summary: 'Log-mel in dB.' } },
  outputs: { table: { type: 'table', summary: 'id and level of every clip.' } },
  run(context) {
    const features = openFeatures(context.input('features'));
    const rows: [string, number][] = [];
    for (const [id, { data }] of features.load('apply', features.ids)) {
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      rows.push([id, Number(mean.toFixed(context.params.digits))]);
    }
    writeFileSync(context.output('table').path('table.csv'), formatCsv(['id', 'level'], rows));
  },
});
