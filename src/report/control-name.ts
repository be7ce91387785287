const names: Readonly<Record<string, string>> = {
  logreg: 'logistic regression',
  shuffled_labels: 'shuffled labels',
  plain: 'without enrolment',
};

/** A sanity row in words. */
export function controlName(name: string): string {
  return names[name] ?? name.replaceAll('_', ' ');
}
