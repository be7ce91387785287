import { type Static, Type } from 'typebox';

// Block names and params follow PyTorch's layers where they have one. What has a default may be left
// out; where one number says it all, it may stand for the map: `conv: 16` is `conv: { filters: 16 }`.

const whole = (maximum: number) => Type.Integer({ minimum: 1, maximum });

/** One number for both axes, or [frequency, time]. */
function pair(maximum: number, options: { readonly default?: number; description: string }) {
  return Type.Union(
    [whole(maximum), Type.Array(whole(maximum), { minItems: 2, maxItems: 2 })],
    options,
  );
}

const filters = Type.Integer({
  minimum: 1,
  maximum: 4096,
  description: 'Number of output channels.',
});

const windowed = {
  kernel: Type.Optional(
    pair(64, {
      default: 3,
      description: 'Size of the filters: one number, or [frequency, time] in bands and frames.',
    }),
  ),
  stride: Type.Optional(
    pair(16, {
      default: 1,
      description: 'Steps from one output to the next: one number, or [frequency, time].',
    }),
  ),
  dilation: Type.Optional(
    pair(64, {
      default: 1,
      description: 'Distance between the taps of a filter: one number, or [frequency, time].',
    }),
  ),
  padding: Type.Optional(
    Type.Enum(['same', 'none'], {
      default: 'same',
      description: 'Zeros on both sides so that an odd kernel keeps the size at stride 1, or none.',
    }),
  ),
  bias: Type.Optional(
    Type.Boolean({ default: false, description: 'Adds a number per output channel.' }),
  ),
};

const conv = Type.Union(
  [
    whole(4096),
    Type.Object(
      {
        filters,
        ...windowed,
        groups: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 4096,
            default: 1,
            description: 'Parts of the channels that do not see each other.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'Convolution over frequency and time; a number is its filters.' },
);

const depthwise = Type.Union(
  [
    whole(64),
    Type.Object(
      {
        ...windowed,
        multiplier: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 64,
            default: 1,
            description: 'Output channels per input channel.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'Convolution of each channel by itself; a number is its kernel.' },
);

const separable = Type.Union(
  [whole(4096), Type.Object({ filters, ...windowed }, { additionalProperties: false })],
  { description: 'Depthwise convolution, then a 1 × 1 convolution; a number is its filters.' },
);

const pool = Type.Union(
  [
    whole(64),
    Type.Array(whole(64), { minItems: 2, maxItems: 2 }),
    Type.Object(
      {
        kind: Type.Optional(
          Type.Enum(['max', 'avg'], {
            default: 'max',
            description: 'Largest value of a window, or the mean.',
          }),
        ),
        size: Type.Optional(
          pair(64, {
            default: 2,
            description: 'Size of the window: one number, or [frequency, time].',
          }),
        ),
        stride: Type.Optional(
          Type.Union(
            [Type.Null(), whole(64), Type.Array(whole(64), { minItems: 2, maxItems: 2 })],
            {
              default: null,
              description: 'Steps from one window to the next; null is the size.',
            },
          ),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'Max or mean pooling; a number or a pair is the size of a max pool.' },
);

/** Blocks that keep frames: all that a residual or a branch may hold. */
const inner = {
  conv: Type.Optional(conv),
  depthwise: Type.Optional(depthwise),
  separable: Type.Optional(separable),
  norm: Type.Optional(
    Type.Enum(['batch', 'instance', 'layer'], {
      description:
        'Normalises each channel over the batch, each channel over the clip, or all channels of one point.',
    }),
  ),
  activation: Type.Optional(
    Type.Enum(['relu', 'gelu', 'silu'], { description: 'Function of each value.' }),
  ),
  pool: Type.Optional(pool),
  dropout: Type.Optional(
    Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Part of the values that training sets to 0.',
    }),
  ),
  spatial_dropout: Type.Optional(
    Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Part of the channels that training sets to 0.',
    }),
  ),
  squeeze_excite: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 256,
      description:
        'Scales each channel by a gate that sees the means of all; the number divides the channels between the two layers of the gate.',
    }),
  ),
};

const branch = Type.Array(Type.Object(inner, { additionalProperties: false }), {
  minItems: 1,
  description: 'Blocks, applied in order.',
});

const parallel = Type.Array(branch, {
  minItems: 2,
  description: 'Lists of blocks that see the same input; their channels are joined.',
});

const residual = Type.Array(
  Type.Object({ ...inner, parallel: Type.Optional(parallel) }, { additionalProperties: false }),
  {
    minItems: 1,
    description:
      'Blocks whose result is added to their input, which a 1 × 1 convolution fits to it where shapes differ.',
  },
);

const poolTime = Type.Union(
  [
    Type.Enum(['mean', 'statistics', 'attention', 'max']),
    Type.Object(
      {
        kind: Type.Literal('attention'),
        hidden: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 4096,
            default: 32,
            description: 'Units of the layer that scores a frame.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'One vector per clip: mean, mean and standard deviation (statistics), weighted mean (attention) or largest value over its frames.',
  },
);

const dense = Type.Union(
  [
    whole(65536),
    Type.Object(
      {
        units: Type.Integer({ minimum: 1, maximum: 65536, description: 'Number of outputs.' }),
        bias: Type.Optional(
          Type.Boolean({ default: true, description: 'Adds a number per output.' }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'Fully connected layer; a number is its units.' },
);

/**
 * One block of a model, a map of one name: `{ conv: { filters: 16, kernel: 5 } }`. The schema allows
 * several names, so that a map of two is told apart from an unknown name; `planModel` refuses it.
 */
export const blockSchema = Type.Object(
  {
    ...inner,
    parallel: Type.Optional(parallel),
    residual: Type.Optional(residual),
    frequency: Type.Optional(
      Type.Enum(['flatten', 'mean', 'max'], {
        description:
          'Ends the frequency axis: every band of every channel becomes a channel, or its bands are averaged, or the largest is taken.',
      }),
    ),
    pool_time: Type.Optional(poolTime),
    dense: Type.Optional(dense),
  },
  { additionalProperties: false },
);

/** A model without its classifier, as users write it in YAML. */
export type Block = Static<typeof blockSchema>;

export type BlockName = keyof Block;

/** What stands after a block's name. */
export type Given<K extends BlockName> = NonNullable<Block[K]>;

export const blockNames = Object.keys(blockSchema.properties) as readonly BlockName[];
