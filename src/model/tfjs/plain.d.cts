import type * as Core from '@tensorflow/tfjs-core';

export declare const tf: typeof Core;
