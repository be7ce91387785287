import { nearest } from '../../util/suggest.ts';
import type { Diagnostic, Location } from '../diagnostic.ts';
import type { At } from './source.ts';
import { locate } from './source.ts';

export interface Report {
  readonly at?: At;
  /** Instead of `at`, where the text must be masked. */
  readonly location?: Location;
  readonly message: string;
  readonly nearest?: string | undefined;
  readonly hint?: string | undefined;
  readonly related?: readonly { readonly message: string; readonly at: At }[];
}

/** More would not be read. */
const maxErrors = 200;

/** Names that suggestions may be sought among, in all: 10,000 misspelt names of 10,000 would take minutes. */
const maxComparisons = 200_000;

/** Collects diagnostics: each place and message once, in the order of the files. */
export class Problems {
  readonly #seen = new Set<string>();
  readonly #list: Diagnostic[] = [];
  #errors = 0;
  #comparisons = 0;

  get failed(): boolean {
    return this.#errors > 0;
  }

  /** More is not shown: hints that take long need not be made. */
  get full(): boolean {
    return this.#errors >= maxErrors;
  }

  error(report: Report): void {
    // What is not shown is counted, not placed: that would take long for 10,000 of them.
    if (this.full) this.#errors++;
    else this.#add('error', report);
  }

  warning(report: Report): void {
    this.#add('warning', report);
  }

  nearest(word: string, candidates: Iterable<string>): string | undefined {
    if (this.#comparisons > maxComparisons) return undefined;
    const names = [...candidates];
    this.#comparisons += names.length;
    return nearest(word, names);
  }

  #add(severity: Diagnostic['severity'], report: Report): void {
    const location = report.location ?? (report.at ? locate(report.at) : undefined);
    const where = location ? `${location.file}:${location.line}:${location.column}:` : '';
    const identity = `${severity} ${where}${location?.file === 'command line' ? location.text : ''}${report.message}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    if (severity === 'error') this.#errors++;
    this.#list.push({
      severity,
      message: report.message,
      ...(location ? { location } : {}),
      ...(report.nearest === undefined ? {} : { nearest: report.nearest }),
      ...(report.hint === undefined ? {} : { hint: report.hint }),
      ...(report.related === undefined
        ? {}
        : { related: report.related.map((r) => ({ message: r.message, location: locate(r.at) })) }),
    });
  }

  /** What has the given severity, sorted by place; what has none comes first. */
  sorted(severity: Diagnostic['severity']): readonly Diagnostic[] {
    const files = [...new Set(this.#list.map((d) => d.location?.file ?? ''))];
    const rank = (d: Diagnostic): number => files.indexOf(d.location?.file ?? '');
    const sorted = this.#list
      .filter((d) => d.severity === severity)
      .sort(
        (a, b) =>
          rank(a) - rank(b) ||
          (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
          (a.location?.column ?? 0) - (b.location?.column ?? 0),
      );
    if (severity === 'error' && this.#errors > maxErrors) {
      sorted.push({
        severity,
        message: `${this.#errors - maxErrors} further errors are not shown`,
        hint: 'Mend these first.',
      });
    }
    return sorted;
  }
}
