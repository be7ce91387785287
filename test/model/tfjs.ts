import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { require as tsxRequire } from 'tsx/cjs/api';

// The core comes without gradients; they are modules that Node itself does not find.
tsxRequire('@tensorflow/tfjs-core/dist/register_all_gradients.js', import.meta.url);

/** TensorFlow.js in plain JavaScript: slow, single precision, and written by others. */
export { tf };
