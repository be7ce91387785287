const logRootTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Nodes of the table of Mills' ratio: every eighth from 0 to 16. */
const spacing = 1 / 8;
const lastNode = 16;
/** Terms of the Taylor series at a node; half a spacing away the next one is below 1e-17 of the sum. */
const terms = 11;

/** Mills' ratio by Laplace's continued fraction 1 / (z + 1 / (z + 2 / (z + 3 / …))), from its far end. */
function millsByFraction(z: number, depth: number): number {
  let fraction = 0;
  for (let k = depth; k >= 1; k--) fraction = k / (z + fraction);
  return 1 / (z + fraction);
}

/** Mills' ratio near 0: √(π/2) e^{z²/2} − Σ z^{2n+1} / (2n+1)!!, before its two parts grow alike. */
function millsBySeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < 60; n++) {
    term *= (z * z) / (2 * n + 1);
    sum += term;
  }
  return Math.sqrt(Math.PI / 2) * Math.exp((z * z) / 2) - sum;
}

/** The Taylor coefficients at each node, by R′ = z R − 1: c_{n+1} = (z c_n + c_{n−1}) / (n + 1). */
const table = Array.from({ length: lastNode / spacing + 1 }, (_, node) => {
  const z = node * spacing;
  const first = z < 1.5 ? millsBySeries(z) : millsByFraction(z, 400);
  const coefficients = [first, z * first - 1];
  for (let n = 1; n + 1 < terms; n++) {
    coefficients.push((z * coefficients[n]! + coefficients[n - 1]!) / (n + 1));
  }
  return Float64Array.from(coefficients);
});

/** Mills' ratio R(z) = Φ(−z) / φ(z) for z ≥ 0, to a few units of the last place. */
function mills(z: number): number {
  if (z >= lastNode) return millsByFraction(z, 30);
  const node = Math.round(z / spacing);
  const away = z - node * spacing;
  const coefficients = table[node]!;
  let sum = 0;
  for (let n = terms - 1; n >= 0; n--) sum = sum * away + coefficients[n]!;
  return sum;
}

/** Φ(z): the chance that a standard normal number is at most z. */
export function normalCdf(z: number): number {
  const tail = Math.exp((-z * z) / 2 - logRootTwoPi) * mills(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

/** ln(Φ(b) − Φ(a)), a < b, from the tail in which both lie, however far out. */
export function logNormalMass(a: number, b: number): number {
  if (b <= 0) return logTailMass(-b, -a);
  if (a > 0) return logTailMass(a, b);
  return Math.log1p(-normalCdf(a) - normalCdf(-b));
}

/** ln(Φ(b) − Φ(a)) for 0 ≤ a < b: ln φ(a) + ln(R(a) − R(b) e^{(a² − b²) / 2}). */
function logTailMass(a: number, b: number): number {
  const beyond = mills(b) * Math.exp(((a - b) * (a + b)) / 2);
  return (-a * a) / 2 - logRootTwoPi + Math.log(mills(a) - beyond);
}

/** ln of the density at the mean of a normal distribution with the deviation given. */
export function logPeak(deviation: number): number {
  return -logRootTwoPi - Math.log(deviation);
}
