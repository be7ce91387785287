/** Whether a relative path that a stranger gave ends outside of the folder it is put into. */
export function leadsOut(path: string): boolean {
  const parts = path.split(/[/\\]/);
  return parts.includes('..') || /^([/\\]|[a-z]:)/i.test(path) || path.includes('\0');
}
