import * as assert from 'uvu/assert';
import type { Clip } from '../../src/splits/clip.ts';

function clip(id: string, label: string, speaker: string, rest: Partial<Clip> = {}): Clip {
  return { id, label, speaker, text: '', audio: id, source: '', corpus: 'one', ...rest };
}

/** Every speaker says every text in every emotion. */
export function crossed(speakers: number, labels: number, texts: number): Clip[] {
  const clips: Clip[] = [];
  for (let k = 0; k < labels; k++) {
    for (let s = 1; s <= speakers; s++) {
      for (let t = 0; t < texts; t++) {
        clips.push(clip(`c${k}-s${s}-t${t}`, `c${k}`, `s${s}`, { text: `t${t}` }));
      }
    }
  }
  return clips;
}

export const copyOf = (original: Clip, name: string): Clip => ({
  ...original,
  id: `${original.id}-${name}`,
  audio: `${original.id}-${name}`,
  source: original.id,
});

export function refuses(call: () => unknown, message: RegExp, hint: RegExp): void {
  try {
    call();
  } catch (error) {
    assert.is((error as Error).name, 'TaskError', String(error));
    assert.match((error as Error).message, message);
    assert.match((error as { hint?: string }).hint ?? '', hint);
    return;
  }
  assert.unreachable('nothing was refused');
}
