import type { Block } from './language/block.ts';

/** conv 3 × 3 → (max pool →) norm → ReLU. Before the norm a pool leaves it fewer values to go over. */
function stage(filters: number, pool?: number): readonly Block[] {
  const pooled: readonly Block[] = pool === undefined ? [] : [{ pool }];
  return [{ conv: filters }, ...pooled, { norm: 'batch' }, { activation: 'relu' }];
}

/** From 1 channel to 16 at half the rate of bands and frames. */
const stem: readonly Block[] = [
  { conv: { filters: 16, kernel: 5, stride: 2 } },
  { norm: 'batch' },
  { activation: 'relu' },
];

const cnn4Body: readonly Block[] = [
  ...stem,
  ...stage(32, 2),
  ...stage(64, 2),
  ...stage(96),
  { frequency: 'flatten' },
];

/** Two convolutions and a way past them (He et al. 2016, the basic block). */
function basicBlock(filters: number): readonly Block[] {
  const body = [...stage(filters), { conv: filters }, { norm: 'batch' as const }];
  return [{ residual: body }, { activation: 'relu' }];
}

/** A branch of Light-SERNet's first layer. */
function view(kernel: [number, number]): Block[] {
  return [
    { conv: { filters: 32, kernel } },
    { norm: 'batch' },
    { activation: 'relu' },
    { pool: { kind: 'avg', size: 2 } },
  ];
}

/** A stage of Light-SERNet: mean pooling, after the activation. */
function lightStage(filters: number, size: [number, number]): readonly Block[] {
  return [...stage(filters), { pool: { kind: 'avg', size } }];
}

/**
 * Architectures by name, as the blocks that a user could write instead; docs/architectures.md shows
 * their layers. All take any number of channels and of bands that their strides and pools leave.
 */
export const architectures = {
  /** Two hidden layers on the mean and standard deviation of each band over the clip. */
  mlp: [
    { frequency: 'flatten' },
    { pool_time: 'statistics' },
    { norm: 'batch' },
    { dense: 128 },
    { activation: 'relu' },
    { dropout: 0.3 },
    { dense: 64 },
    { activation: 'relu' },
    { dropout: 0.3 },
  ],
  /** Four convolutions, mean and standard deviation of every band of every channel over time. */
  cnn4: [...cnn4Body, { pool_time: 'statistics' }, { dropout: 0.3 }],
  /** cnn4 with a learnt weight per frame (Lin et al. 2017, one head) instead of statistics. */
  'cnn4-attention': [...cnn4Body, { pool_time: 'attention' }, { dropout: 0.3 }],
  /** Two convolutions per resolution; not the Cnn6 of PANNs, which has 4.8 million parameters. */
  cnn6: [
    ...stem,
    ...stage(32, 2),
    ...stage(32),
    ...stage(64, 2),
    ...stage(96),
    ...stage(128),
    { frequency: 'flatten' },
    { pool_time: 'statistics' },
    { dropout: 0.3 },
  ],
  /** Eight convolutions, two residual blocks, one dense layer; cnn4's pooling. */
  resnet9: [
    ...stem,
    ...stage(32, 2),
    ...basicBlock(32),
    ...stage(64, 2),
    ...stage(96),
    ...basicBlock(96),
    { frequency: 'flatten' },
    { pool_time: 'statistics' },
    { dropout: 0.3 },
  ],
  /**
   * Light-SERNet (Aftab et al. 2022): filters along time, along frequency and along both see the input
   * side by side, then five stages and the mean over everything. The paper's biases in front of batch
   * norms, which have no effect, are left out.
   */
  'light-sernet': [
    { parallel: [view([1, 11]), view([9, 1]), view([3, 3])] },
    ...lightStage(64, [2, 2]),
    ...lightStage(96, [2, 2]),
    ...lightStage(128, [1, 2]),
    ...lightStage(160, [1, 2]),
    { conv: { filters: 320, kernel: 1 } },
    { norm: 'batch' },
    { activation: 'relu' },
    { frequency: 'mean' },
    { pool_time: 'mean' },
    { dropout: 0.3 },
  ],
} as const satisfies Readonly<Record<string, readonly Block[]>>;

export type Architecture = keyof typeof architectures;
