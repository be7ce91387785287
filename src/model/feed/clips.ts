/** Features of one clip as they are stored: row-major, frames × columns. */
export interface ClipMatrix {
  readonly data: Float32Array;
  readonly frames: number;
}

/** Reads clips; the caller's reader notes in which role. */
export type LoadClips = (ids: readonly string[]) => ReadonlyMap<string, ClipMatrix>;

/** Columns of a feature matrix: column c × bands + b is band b of channel c. */
export interface ClipShape {
  readonly channels: number;
  readonly bands: number;
}

/** What `load` gave for a clip. Throws where it gave nothing. */
export function loaded(clips: ReadonlyMap<string, ClipMatrix>, id: string): ClipMatrix {
  const clip = clips.get(id);
  if (clip === undefined || clip.frames < 1) throw new Error(`the clip "${id}" has no features`);
  return clip;
}

/** Parts a list of clips so that each part has at most `values` numbers, or is one clip. */
export function* inParts(
  ids: readonly string[],
  sizeOf: (id: string) => number,
  values: number,
): Generator<readonly string[]> {
  let part: string[] = [];
  let size = 0;
  for (const id of ids) {
    const own = sizeOf(id);
    if (part.length > 0 && size + own > values) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(id);
    size += own;
  }
  if (part.length > 0) yield part;
}
