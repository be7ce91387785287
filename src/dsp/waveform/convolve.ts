import { createRealFft } from '../fft.ts';
import { createInverseFft } from '../inverse-fft.ts';

/** The whole convolution of two signals, of a + b − 1 samples, as a product of spectra. */
export function convolve(a: Float32Array, b: Float32Array): Float64Array {
  const length = Math.max(0, a.length + b.length - 1);
  const size = Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(1, length))));
  const fft = createRealFft(size);
  const frame = new Float64Array(size);
  const spectrumOf = (signal: Float32Array): Float64Array => {
    frame.fill(0);
    frame.set(signal);
    const out = new Float64Array(size + 2);
    fft.spectrum(frame, out);
    return out;
  };
  const product = spectrumOf(a);
  const other = spectrumOf(b);
  for (let k = 0; k < product.length; k += 2) {
    const [re, im] = [product[k]!, product[k + 1]!];
    product[k] = re * other[k]! - im * other[k + 1]!;
    product[k + 1] = re * other[k + 1]! + im * other[k]!;
  }
  createInverseFft(size).frame(product, frame);
  return frame.slice(0, length);
}
