import type { MetricSet } from '../artifacts/metrics.ts';
import { formatCount } from '../util/count.ts';
import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import { reliabilityChart } from './reliability-chart.ts';
import { frame } from './tables.ts';

/** Whether confidence can be believed: the curve, ECE and its kin, raw and after temperature scaling. */
export function calibrationPart({ calibration }: MetricSet): Html | undefined {
  const { bins, scaled, scaled_refused: refused } = calibration;
  if (bins.every(({ count }) => count === 0)) return undefined;
  const row = (name: string, one: Omit<typeof calibration, 'scaled' | 'scaled_refused'>) => [
    ...[name, `${formatPercent(one.ece)} %`],
    ...[one.brier.toFixed(3), one.log_loss.toFixed(3)],
  ];
  const rows = [row('as trained', calibration), ...(scaled ? [row('scaled', scaled)] : [])];
  return html`<h3>Calibration</h3>
<div class="side">
${reliabilityChart(bins, scaled?.bins)}
<div class="beside">${frame('', ['', 'ECE', 'Brier', 'log loss'], rows)}
<p class="small soft">ECE: mean gap between confidence and accuracy, weighted by clips.<br>Confidence is the posterior of the predicted class.</p>
<p class="small">${scaled === null ? `Not scaled: ${refused ?? 'no reason is recorded'}.` : temperatureWords(scaled.temperatures)}</p></div>
</div>`;
}

type Temperatures = NonNullable<MetricSet['calibration']['scaled']>['temperatures'];

/** Temperatures were fitted on validation clips alone, one per fold and seed. */
function temperatureWords(all: Temperatures): string {
  const values = all.map(({ temperature }) => temperature).sort((a, b) => a - b);
  const [low = 1] = values;
  const high = values.at(-1) ?? 1;
  const median = values[Math.floor(values.length / 2)] ?? 1;
  const clips = all.reduce((sum, one) => sum + one.clips, 0) / Math.max(1, all.length);
  const bound = all.filter(({ at_bound: stuck }) => stuck).length;
  const verdict =
    low > 1 ? ': all were too sure' : high < 1 ? ': all were less sure than they could be' : '';
  return `Temperatures, fitted on validation clips alone (${Math.round(clips)} of each of ${formatCount(all.length, 'model')}): median ${median.toFixed(2)}, from ${low.toFixed(2)} to ${high.toFixed(2)}${verdict}.${bound === 0 ? '' : ` ${formatCount(bound, 'temperature')} at the end of the range that is searched.`}`;
}
