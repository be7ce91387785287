import type { Artifact, InputArtifact } from '../../engine/artifact.ts';
import { type Call, TaskError } from '../../engine/stage.ts';
import { type Architecture, architectures } from '../../model/architectures.ts';
import { windowsOf } from '../../model/feed/windows.ts';
import type { ModelPlan } from '../../model/language/model-plan.ts';
import { planModel } from '../../model/language/plan-model.ts';
import type { Backend } from '../../model/tfjs/backend.ts';
import { grouped } from '../../util/count.ts';
import type { JsonObject } from '../../util/json.ts';
import { hashSeed } from '../../util/random.ts';
import type { KfoldParams } from './kfold-params.ts';
import { predictMajority } from './predict-majority.ts';
import type { Roles } from './roles.ts';
import { trainLogreg } from './train-logreg.ts';
import { trainNetwork } from './train-network.ts';
import { type TrainingParams, trainingParams } from './training-params.ts';

/** What a fold is given to: the task that trains on some of its clips and predicts the others. */
export interface Learner {
  readonly name: string;
  /** Numbers that it learns. */
  readonly parameters: number;
  /** For `plan`. */
  readonly note: string;
  /** Whether a second seed gives another model. */
  readonly random: boolean;
  /** Epochs after which its training is parted into tasks, all but the last of which stop before the end. */
  readonly stops: readonly (number | undefined)[];
  /** What it was given beside clips, for the description of the models. */
  readonly recipe: JsonObject;
  call(roles: Roles, given: FoldInputs): Pick<Call, 'kind' | 'params' | 'inputs' | 'seed'>;
}

export interface FoldInputs {
  readonly features: InputArtifact;
  /** The side input of networks. */
  readonly functionals?: InputArtifact;
  /** Speaker by id of a clip. */
  readonly speakers: ReadonlyMap<string, string>;
  /** Of the experiment. */
  readonly experiment: number;
  /** From 1. */
  readonly seed: number;
  /** Where it stops before its last epoch. */
  readonly stop?: number;
  /** The same training, stopped earlier. */
  readonly from?: Artifact;
}

export const majority: Learner = {
  ...{ name: 'majority', parameters: 0, note: '', random: false, stops: [undefined], recipe: {} },
  call: (roles) => ({ kind: predictMajority, params: roles, inputs: {} }),
};

interface Sizes {
  readonly channels: number;
  readonly bands: number;
  /** Columns of the side input; 0 without one. */
  readonly side: number;
  readonly classes: number;
}

/**
 * The model that a training asks for, computed with `backend` where the engine has several. Throws where
 * its blocks do not fit the features.
 */
export function learnerOf(params: KfoldParams, sizes: Sizes, backend?: Backend): Learner {
  const { architecture, class_weights, c } = params;
  if (architecture === 'logreg') {
    const recipe = { class_weights, c };
    return {
      ...{ name: 'logreg', random: false, stops: [undefined], recipe },
      parameters: sizes.classes * (sizes.channels * sizes.bands + 1),
      note: '',
      call: (roles, { features }) => ({
        kind: trainLogreg,
        params: { ...roles, ...recipe },
        inputs: { features },
      }),
    };
  }
  const plan = planModel(architecture, sizes);
  if (!plan.ok) {
    const [first] = plan.error;
    throw new TaskError(
      `the architecture does not fit features of ${sizes.bands} bands: ${first?.message ?? ''}`,
      first?.hint === undefined ? {} : { hint: first.hint },
    );
  }
  const blocks =
    typeof architecture === 'string' ? architectures[architecture as Architecture] : architecture;
  const training = Object.fromEntries(
    Object.keys(trainingParams).map((name) => [name, params[name as keyof TrainingParams]]),
  );
  const recipe = {
    ...{ architecture: blocks, class_weights, ...training },
    ...(backend && { backend: backend.version }),
  } as unknown as JsonObject;
  const name = typeof architecture === 'string' ? architecture : 'custom';
  const { parameterCount: parameters } = plan.value;
  const mega = plan.value.flops(params.crop_frames) / 1e6;
  return {
    ...{ name, parameters, random: true, stops: stopsOf(params), recipe },
    note: [
      `${name}: ${grouped(parameters)} parameters, ${mega.toPrecision(3)} MFLOP a crop`,
      shapesOf(plan.value, params.crop_frames),
      ...windowNote(params),
    ].join('; '),
    call: (roles, { features, functionals, from, speakers, experiment, seed, stop }) => ({
      kind: trainNetwork,
      params: {
        ...{ ...roles, ...recipe },
        ...(params.enrolment !== null && { speakers: speakersOf(roles, speakers) }),
        ...(backend && { backend_folder: backend.folder }),
        ...(stop !== undefined && { stop_after: stop }),
      },
      inputs: { features, ...(functionals && { functionals }), ...(from && { from }) },
      // The fold is no part of it: every fold starts from the same weights.
      seed: hashSeed(experiment, 'train', seed),
    }),
  };
}

/** The end is no stop. */
function stopsOf({ stops, epochs }: KfoldParams): readonly (number | undefined)[] {
  return (stops ?? [epochs]).map((stop) => (stop < epochs ? stop : undefined));
}

/** Channels × bands × frames of a crop on its way through a model, where they change. */
function shapesOf({ input: { channels, bands }, table }: ModelPlan, frames: number): string {
  const shapes = [
    [channels, bands, frames],
    ...table(frames)
      .filter(({ place }) => !place.includes('.'))
      .map(({ output }) => output),
  ].map((shape) => shape.join(' × '));
  return shapes.filter((shape, i) => shape !== shapes[i - 1]).join(' → ');
}

function windowNote({ windows, crop_frames }: KfoldParams): readonly string[] {
  if (windows === null) return [];
  const { frames, step } = windowsOf(crop_frames, windows.overlap);
  return [`scores windows of ${frames} frames, ${step} apart`];
}

/** Speakers of a fold's clips, by value: they are part of the key of what adapts to speakers. */
function speakersOf(
  { fit, test }: Roles,
  speakers: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const ids = [...Object.values(fit).flat(), ...test].sort();
  return Object.fromEntries(ids.map((id) => [id, speakers.get(id) ?? '']));
}
