// TensorFlow.js in plain JavaScript. A CommonJS file because the gradients, which its core comes without,
// are modules that only `require` and bundlers find.
require('@tensorflow/tfjs-backend-cpu');
require('@tensorflow/tfjs-core/dist/register_all_gradients.js');
exports.tf = require('@tensorflow/tfjs-core');
