/**
 * The 256 values of A-law (ITU-T G.711): sign, three bits of exponent and four of mantissa with every
 * other bit inverted; 13 bits of resolution, scaled so that full scale is 1.
 */
function aLaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

/** The 256 values of µ-law (ITU-T G.711): inverted bits, a bias of 132 below the mantissa. */
function muLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 15) << 3) + 132) << ((bits >> 4) & 7);
  return (bits & 0x80) === 0 ? magnitude - 132 : 132 - magnitude;
}

function table(law: (code: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => law(code) / 32768);
}

/** What each byte stands for, full scale = ±1. */
export const companding = { alaw: table(aLaw), ulaw: table(muLaw) } as const;
