import type { Study, StudySearch, StudyTrial } from '../artifacts/study.ts';
import { type Html, html } from './html.ts';

/** A search with its trials, in order. */
export interface SearchView {
  readonly search: StudySearch;
  readonly trials: readonly StudyTrial[];
  /** `fold 2, speaker 3`; empty where there is one search for all. */
  readonly name: string;
}

export function searchViews(study: Study, trials: readonly StudyTrial[]): readonly SearchView[] {
  return study.searches.map((search) => ({
    search,
    trials: trials.filter(({ outer }) => outer === search.outer).sort((a, b) => a.trial - b.trial),
    name: search.outer === null ? '' : `outer fold ${search.outer}`,
  }));
}

/** Means of the same shares differ in their last bits with the order they are summed in. */
const resolution = 1e9;

/** Fifths of a search's complete trials by value, 0 the worst: folds are not equally hard. Equals share one. */
export function fifths({ trials }: Pick<SearchView, 'trials'>): ReadonlyMap<StudyTrial, number> {
  const ranked = trials.flatMap((trial) =>
    trial.value === null ? [] : [{ trial, value: Math.round(resolution * trial.value) }],
  );
  return new Map(
    ranked.map(({ trial, value }) => {
      const below = ranked.filter((other) => other.value < value).length;
      return [trial, Math.min(4, Math.floor((5 * below) / Math.max(1, ranked.length - 1)))];
    }),
  );
}

interface Picture {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What can be seen, for those who cannot. */
  readonly words: string;
  readonly width: number;
  readonly height: number;
}

/** An SVG with a title and a description. */
export function picture({ id, title, words, width, height }: Picture, body: Html): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${words}</desc>${body}</svg>`;
}

/** Letters, digits and dashes: what an address may be in an id. */
export function idOf(...parts: readonly string[]): string {
  return parts.join('-').replaceAll(/[^A-Za-z0-9-]/g, '_');
}

/** A diamond around a point: what was chosen. */
export function diamond(x: number, y: number, size = 5.5): Html {
  const [a, b] = [x.toFixed(1), y.toFixed(1)];
  return html`<path class="chosen" d="M${a} ${(y - size).toFixed(1)}L${(x + size).toFixed(1)} ${b}L${a} ${(y + size).toFixed(1)}L${(x - size).toFixed(1)} ${b}Z"/>`;
}

/** Pixels by which the dots of one choice stand apart, the same ones whenever the page is made. */
export function aside({ listed }: { readonly listed: boolean }, index: number): number {
  const golden = 0.618034;
  return listed ? 14 * (((index * golden) % 1) - 0.5) : 0;
}

/** Points as one path of dots. */
export function dots(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');
}

/** `stage` over `param`, as a heading of an axis in the middle of `x`. */
export function axisName(name: string, x: number, y: number, anchor = 'middle'): Html {
  const [stage = '', ...rest] = name.split('.');
  return html`<text class="soft" x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}">${stage}</text><text x="${x.toFixed(1)}" y="${y + 15}" text-anchor="${anchor}">${rest.join('.')}</text>`;
}

/** What the colours of the fifths mean. */
export function fifthsLegend(several: boolean): Html {
  const of = several ? 'of its own search' : 'of the search';
  return html`<p class="small soft fifths">Worst fifth ${of} <span aria-hidden="true">${[0, 1, 2, 3, 4].map((i) => html`<i class="f${i}"></i>`)}</span> best fifth; <span class="mark">◆ chosen</span></p>`;
}
