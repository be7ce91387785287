import { cnn4, cnn4Attention } from './architectures/cnn4.ts';
import { cnn6 } from './architectures/cnn6.ts';
import { lightSernet } from './architectures/light-sernet.ts';
import { mlp } from './architectures/mlp.ts';
import { resnet9 } from './architectures/resnet9.ts';
import type { Block } from './language/block.ts';

/**
 * The one table of architectures, as the blocks that a user could write instead; docs/architectures.md shows
 * their layers. All take any number of channels and of bands that their strides and pools leave. A new
 * one is a file and a line here.
 */
export const architectures = {
  mlp,
  cnn4,
  'cnn4-attention': cnn4Attention,
  cnn6,
  resnet9,
  'light-sernet': lightSernet,
} as const satisfies Readonly<Record<string, readonly Block[]>>;

export type Architecture = keyof typeof architectures;
