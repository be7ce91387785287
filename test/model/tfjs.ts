import { createRequire } from 'node:module';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

// The core comes without gradients; they are modules that only `require` finds.
createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');

/** TensorFlow.js in plain JavaScript: slow, single precision, and written by others. */
export { tf };
