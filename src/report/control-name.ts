const names: ReadonlyMap<string, string> = new Map([
  ['logreg', 'logistic regression'],
  ['shuffled_labels', 'shuffled labels'],
  ['plain', 'without enrolment'],
]);

/** A sanity row in words. */
export function controlName(name: string): string {
  return names.get(name) ?? name.replaceAll('_', ' ');
}
