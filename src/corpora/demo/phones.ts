/**
 * A speech sound as a target of the synthesiser. Formants in Hz for an adult man's vocal tract
 * (means after Peterson & Barney 1952; consonant loci after Klatt 1980), seconds at normal tempo.
 */
export interface Phone {
  readonly formants: readonly [number, number, number];
  readonly seconds: number;
  /** Amplitudes, 0 to 1, of voicing, breath noise through the tract, and friction noise. */
  readonly voicing: number;
  readonly breath: number;
  readonly friction: number;
  /** Centre and bandwidth of the friction noise, Hz. */
  readonly noise: readonly [number, number];
}

const vowel = (f1: number, f2: number, f3: number, seconds = 0.105): Phone => ({
  formants: [f1, f2, f3],
  seconds,
  voicing: 1,
  breath: 0.01,
  friction: 0,
  noise: [2500, 1500],
});

const sonorant = (f1: number, f2: number, f3: number, voicing: number): Phone => ({
  ...vowel(f1, f2, f3, 0.065),
  voicing,
});

const fricative = (centre: number, width: number, friction: number, voicing = 0): Phone => ({
  formants: [320, 1500, 2500],
  seconds: 0.085,
  voicing,
  breath: 0,
  friction,
  noise: [centre, width],
});

const phones: Readonly<Record<string, Phone>> = {
  a: vowel(730, 1090, 2440, 0.12),
  e: vowel(530, 1840, 2480),
  i: vowel(270, 2290, 3010, 0.095),
  o: vowel(570, 840, 2410),
  u: vowel(300, 870, 2240, 0.095),
  m: sonorant(250, 1000, 2200, 0.35),
  n: sonorant(250, 1500, 2500, 0.35),
  l: sonorant(340, 1150, 2700, 0.5),
  r: sonorant(420, 1250, 1700, 0.5),
  s: fricative(5600, 2200, 0.16),
  f: fricative(4500, 5000, 0.05),
  v: fricative(4500, 5000, 0.03, 0.4),
  z: fricative(5400, 2200, 0.08, 0.4),
  h: { ...fricative(1500, 2500, 0), breath: 0.12, formants: [500, 1500, 2500], seconds: 0.06 },
};

interface Stop {
  readonly formants: readonly [number, number, number];
  /** Centre of the burst, Hz. */
  readonly burst: number;
  readonly voiced: boolean;
}

const stops: Readonly<Record<string, Stop>> = {
  b: { formants: [220, 900, 2200], burst: 900, voiced: true },
  d: { formants: [220, 1700, 2600], burst: 3600, voiced: true },
  g: { formants: [220, 1900, 2300], burst: 2000, voiced: true },
  p: { formants: [300, 900, 2200], burst: 900, voiced: false },
  t: { formants: [300, 1700, 2600], burst: 3800, voiced: false },
  k: { formants: [300, 1900, 2300], burst: 2100, voiced: false },
};

/** The sounds of one letter: a stop is a closure, a burst and, unvoiced, a breath. */
export function phonesOf(letter: string): readonly Phone[] {
  const phone = phones[letter];
  if (phone !== undefined) return [phone];
  const stop = stops[letter];
  if (stop === undefined) throw new Error(`no sound for "${letter}"`);
  const silent = { formants: stop.formants, breath: 0, friction: 0 };
  const noise = [stop.burst, 1200] as const;
  const closure: Phone = {
    ...silent,
    noise,
    seconds: stop.voiced ? 0.05 : 0.06,
    voicing: stop.voiced ? 0.08 : 0,
  };
  const burst: Phone = { ...silent, noise, seconds: 0.01, voicing: 0, friction: 0.25 };
  if (stop.voiced) return [closure, burst];
  return [closure, burst, { ...silent, noise, seconds: 0.03, voicing: 0, breath: 0.1 }];
}

/** Silence between words or phrases. */
export function pause(seconds: number): Phone {
  return {
    formants: [500, 1500, 2500],
    seconds,
    voicing: 0,
    breath: 0,
    friction: 0,
    noise: [2500, 1500],
  };
}

export function isVowel(letter: string): boolean {
  return 'aeiou'.includes(letter);
}
