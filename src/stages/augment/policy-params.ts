import { type Static, Type } from 'typebox';
import type { ParamProblem } from '../../engine/stage.ts';
import { knowing, refuseSound, soundAliases } from './names.ts';
import { operationNames } from './sound-params.ts';

const width = (maximum: number) => Type.Integer({ minimum: 1, maximum });

/** A width, or a width with how many masks. */
function mask(maximum: number, count: number, description: string) {
  return Type.Union(
    [
      Type.Null(),
      width(maximum),
      Type.Object(
        {
          width: Type.Integer({ minimum: 1, maximum, description: 'Greatest width.' }),
          count: Type.Integer({
            minimum: 1,
            maximum: 16,
            default: count,
            description: 'How many masks.',
          }),
        },
        { additionalProperties: false },
      ),
    ],
    { default: null, description },
  );
}

function amount(
  options: { readonly maximum: number },
  description: string,
  examples?: readonly number[],
) {
  return Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, ...options })], {
    ...{ default: null, description },
    ...(examples !== undefined && { examples }),
  });
}

/** Known by name, so that the refusal can say why. `vtlp` is both. */
const soundNames = [
  ...operationNames.filter((name) => name !== 'vtlp'),
  ...['copies', 'keep', 'sounds_path'],
];

/**
 * Policies in the order in which they are applied. A number says the most important part of each; null
 * leaves it as the features have it: off, unless an augment before this one gave it.
 */
export const augmentParams = Type.Object(
  {
    tempo: amount(
      { maximum: 1 },
      't: crops are faster by exp(U(−t, t)). Null is as the features have it, as for all policies: off at first.',
      [0.15],
    ),
    vtlp: amount(
      { maximum: 0.5 },
      'v: frequencies in Hz are warped by exp(U(−v, v)): vocal tract length perturbation.',
      [0.12],
    ),
    frequency_warp: amount(
      { maximum: 256 },
      'w: a band at a random place moves by U(−w, w) bands, and those between it and the ends along.',
    ),
    time_shift: Type.Union([Type.Null(), width(100_000)], {
      default: null,
      description:
        'n: crops move by up to n frames, beyond the ends of a clip, too, where they are empty.',
    }),
    frequency_mask: mask(
      512,
      1,
      'Bands set to 0, the mean: U{0 … width} of them at a random place, count times.',
    ),
    time_mask: mask(
      100_000,
      2,
      'Frames set to 0: U{0 … width} of them at a random place in the crop, count times.',
    ),
    mixup: amount(
      { maximum: 100 },
      'a: every crop is mixed with another of its batch, λ ~ Beta(a, a), and so are their labels.',
    ),
    freq_mixstyle: Type.Union(
      [
        Type.Null(),
        Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        Type.Object(
          {
            p: Type.Number({
              exclusiveMinimum: 0,
              maximum: 1,
              default: 0.6,
              description: 'How likely a crop is changed.',
            }),
            alpha: Type.Number({
              exclusiveMinimum: 0,
              maximum: 100,
              default: 0.4,
              description: 'λ ~ Beta(alpha, alpha).',
            }),
          },
          { additionalProperties: false },
        ),
      ],
      {
        default: null,
        description:
          'Mixes mean and deviation of each band with those of another crop of the batch; a number is p.',
      },
    ),
  },
  {
    additionalProperties: false,
    ...knowing([...soundNames, ...soundAliases]),
  },
);

export type AugmentParams = Static<typeof augmentParams>;

export function checkAugmentParams(params: AugmentParams): readonly ParamProblem[] {
  return refuseSound(params, soundNames);
}
