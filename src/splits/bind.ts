import { type Clip, originals } from './clip.ts';

/** What a split keeps on one side. `take`: repetitions of one sentence by one speaker in one emotion. */
export type Groups = 'take' | 'speaker' | 'text';

/**
 * A number per clip, equal for clips that must stay together: those of one group, those with the
 * same audio, and those that go back to one original; also through a chain of these. Groups are
 * numbered as they first appear. A clip whose text is unknown has no takes and no text in common.
 */
export function bind(clips: readonly Clip[], groups: Groups): readonly number[] {
  const parent = clips.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    for (;;) {
      const next = parent[at] ?? at;
      if (next === at) return at;
      parent[at] = parent[next] ?? next;
      at = next;
    }
  };
  const first = new Map<string, number>();
  const roots = originals(clips);
  for (const [index, clip] of clips.entries()) {
    const keys = [`source ${roots.get(clip.id) ?? clip.id}`];
    if (clip.audio !== '') keys.push(`audio ${clip.audio}`);
    const key = groupKey(clip, groups);
    if (key !== undefined) keys.push(`group ${key}`);
    for (const one of keys) {
      const other = first.get(one);
      if (other === undefined) first.set(one, index);
      else {
        const a = find(index);
        const b = find(other);
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const numbers = new Map<number, number>();
  return clips.map((_, index) => {
    const at = find(index);
    const number = numbers.get(at) ?? numbers.size;
    numbers.set(at, number);
    return number;
  });
}

function groupKey(clip: Clip, groups: Groups): string | undefined {
  if (groups === 'speaker') return clip.speaker;
  if (clip.text === '') return undefined;
  return groups === 'text' ? clip.text : JSON.stringify([clip.speaker, clip.label, clip.text]);
}
