// The kernels of src/dsp/wasm, compiled by `npm run generate`. Numbers lie where the caller puts them:
// nothing is allocated here.
export { exp, ln, raise, wave } from './elementary';
export { transform } from './fft';
export { logarithms, melFrames } from './mel';
export { realPowers, realSpectra } from './real';
export { decimate, interpolate, polyphase } from './resample';
