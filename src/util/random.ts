/** A seeded generator that is passed in; nothing in the project calls `Math.random`. */
export interface Random {
  /** Uniform in [0, 1), 32 random bits. */
  next(): number;
  /** Uniform integer in [0, n), 1 ≤ n ≤ 2^32. */
  integer(n: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** A new array in Fisher–Yates order. */
  shuffle<T>(values: readonly T[]): T[];
}

/** FNV-1a over UTF-16 units: mixes names and numbers into a 32-bit seed. */
export function hashSeed(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5;
  const text = parts.join('\u0000');
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return h >>> 0;
}

/**
 * SplitMix32 expands the seed, xoshiro128** draws (Blackman & Vigna 2018).
 *
 * @param seed a whole number; its lowest 32 bits count
 */
export function createRandom(seed: number): Random {
  let s = seed >>> 0;
  const expand = (): number => {
    s = (s + 0x9e3779b9) >>> 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = expand();
  let b = expand();
  let c = expand();
  let d = expand();
  const rotate = (x: number, k: number): number => ((x << k) | (x >>> (32 - k))) >>> 0;
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d >>> 0, 11);
    return result;
  };
  const next = (): number => bits() / 4294967296;
  const integer = (n: number): number => Math.floor(next() * n);
  let spare: number | undefined;
  return {
    next,
    integer,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const r = Math.sqrt(-2 * Math.log(1 - next()));
      const phi = 2 * Math.PI * next();
      spare = r * Math.sin(phi);
      return r * Math.cos(phi);
    },
    shuffle(values) {
      const out = [...values];
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const x = out[i] as (typeof out)[number];
        out[i] = out[j] as (typeof out)[number];
        out[j] = x;
      }
      return out;
    },
  };
}
