import { type Finding, type Severity, severities, type Verdict } from './types.ts';

interface Raw {
  readonly severity: Severity;
  readonly address: string;
  readonly message: string;
}

/** Collects what is found; the same thing in many folds is said once. */
export class Findings {
  readonly #found = new Map<string, { readonly first: Raw; more: number }>();

  /** `code` tells kinds of findings apart; those of one code about one stage are one. */
  add(severity: Severity, code: string, address: string, message: string): void {
    const place = `${severity} ${code} ${address.split(/[[/]/)[0]}`;
    const known = this.#found.get(place);
    if (known === undefined)
      this.#found.set(place, { first: { severity, address, message }, more: 0 });
    else known.more++;
  }

  /** Worst first, in the order of their discovery within a severity. */
  list(): readonly Finding[] {
    return [...this.#found.values()]
      .map(({ first, more }) => ({ ...first, more }))
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  }

  verdict(): Verdict {
    const [worst] = this.list();
    return worst === undefined || worst.severity === 'note' ? 'clean' : worst.severity;
  }
}
