import { decodeMono } from '../../src/audio/decode.ts';
import { createRandom, hashSeed } from '../../src/util/random.ts';
import { mutate, seeds } from '../../test/audio/mutants.ts';

/** Decodes mutants number argv[2] to argv[3] and tells its parent what came of each. */
const [from, to] = process.argv.slice(2).map(Number);
const all = seeds();
// What a decoder prints about bad bytes is no news here.
console.error = () => undefined;

for (let i = from ?? 0; i < (to ?? 0); i++) {
  const seed = all[i % all.length]!;
  const bytes = mutate(seed, all, createRandom(hashSeed('fuzz', i)));
  const began = performance.now();
  let outcome: string;
  try {
    const result = await decodeMono(bytes);
    outcome = result.ok ? `sound${result.value.truncated ? ', cut' : ''}` : result.error.reason;
    if (!result.ok && result.error.message.includes('gave up')) outcome = 'decoder gave up';
  } catch (error) {
    outcome = `THROWN ${(error as Error).message}`;
  }
  const ms = performance.now() - began;
  process.send?.({ i, name: seed.name, outcome, ms, peak: process.resourceUsage().maxRSS });
}
process.disconnect?.();
