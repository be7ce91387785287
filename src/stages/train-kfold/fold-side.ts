import type { Features } from '../../artifacts/features.ts';
import type { Role } from '../../engine/artifact.ts';
import { fitSpeakerSide } from '../../model/feed/enrolment/speaker-side.ts';
import { fitSide, type SideRows, sideOf } from '../../model/feed/side.ts';
import type { Standardiser } from '../../model/standardise.ts';
import type { EnrolmentDraw, Speakers } from './enrolment.ts';

/** Numbers of a clip that join the pooled vector of a network. */
export type SideRow = (id: string) => Float32Array;

export interface FoldSide {
  /** Mean and deviation over the training clips. */
  readonly standardiser: Standardiser;
  readonly training: SideRow;
  /**
   * Opens clips that were kept from training. Where speakers are enrolled, a row is relative to the mean
   * of the clips that are in a draw.
   */
  open(
    ids: readonly string[],
    role: Role,
  ): (draw?: Pick<EnrolmentDraw, 'heard' | 'enrolled'>) => SideRow;
  /** Where speakers are enrolled: the deviation of each number within speakers. */
  readonly within?: Float64Array;
}

/** Side inputs of a fold: features of one frame per clip. */
export function openFoldSide(
  features: Pick<Features, 'load'>,
  training: readonly string[],
  /** Given where speakers are enrolled. */
  speakers: Speakers | undefined,
): FoldSide {
  const read = (role: Role, ids: readonly string[]): SideRows =>
    new Map([...features.load(role, ids)].map(([id, { data }]) => [id, data]));
  const rows = read('fit', training);
  const standardiser = fitSide(rows, training);
  const plain = new Map(training.map((id) => [id, sideOf(rows, standardiser, id)]));
  const own: SideRow = (id) => get(plain, id);
  if (speakers === undefined) {
    return {
      ...{ standardiser, training: own },
      open(ids, role) {
        const others = read(role, ids);
        return () => (id) => sideOf(others, standardiser, id);
      },
    };
  }
  const speakerOf = (id: string): string => speakers[id] ?? '';
  const bySpeaker = new Map<string, Float32Array[]>();
  for (const id of training) {
    const list = bySpeaker.get(speakerOf(id)) ?? [];
    bySpeaker.set(speakerOf(id), list);
    list.push(own(id));
  }
  const relative = fitSpeakerSide(bySpeaker);
  return {
    ...{ standardiser, within: relative.within },
    training: (id) => relative.training(own(id), speakerOf(id)),
    open(ids, role) {
      const others = read(role, ids);
      return (draw) => {
        const heard = read('apply', draw?.heard ?? []);
        const own = (id: string): readonly Float32Array[] =>
          (draw?.enrolled(id) ?? []).map((one) => sideOf(heard, standardiser, one));
        return (id) => relative.enrolled(sideOf(others, standardiser, id), own(id));
      };
    },
  };
}

function get(rows: ReadonlyMap<string, Float32Array>, id: string): Float32Array {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`"${id}" is no training clip`);
  return row;
}
