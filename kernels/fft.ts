// Two complex transforms at once, one per lane of f64x2: element i of a buffer is 32 bytes, the real
// parts of both lanes and then the imaginary parts. Stockham's algorithm, decimation in frequency: every
// pass reads one buffer and writes the other, and order is natural at both ends.

/** Bytes of one complex element of two lanes. */
const element: usize = 32;

/** One pass with butterflies of two: `step` elements lie side by side, `rows` × 2 of them are combined. */
function pass2(from: usize, to: usize, rows: u32, step: u32, table: usize): void {
  const size = <usize>step * element;
  const far = <usize>rows * size;
  for (let p: u32 = 0; p < rows; p++, table += 16) {
    const c = v128.load_splat<f64>(table);
    const s = v128.load_splat<f64>(table, 8);
    for (const end = from + size; from < end; from += element, to += element) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + far);
      const bi = v128.load(from + far, 16);
      const dr = f64x2.sub(ar, br);
      const di = f64x2.sub(ai, bi);
      v128.store(to, f64x2.add(ar, br));
      v128.store(to, f64x2.add(ai, bi), 16);
      v128.store(to + size, f64x2.sub(f64x2.mul(dr, c), f64x2.mul(di, s)));
      v128.store(to + size, f64x2.add(f64x2.mul(dr, s), f64x2.mul(di, c)), 16);
    }
    to += size;
  }
}

function pass4(from: usize, to: usize, rows: u32, step: u32, table: usize): void {
  const size = <usize>step * element;
  const far = <usize>rows * size;
  // The first row's factors are 1.
  for (const end = from + size; from < end; from += element, to += element) {
    const ar = v128.load(from);
    const ai = v128.load(from, 16);
    const br = v128.load(from + far);
    const bi = v128.load(from + far, 16);
    const cr = v128.load(from + 2 * far);
    const ci = v128.load(from + 2 * far, 16);
    const dr = v128.load(from + 3 * far);
    const di = v128.load(from + 3 * far, 16);
    const sr = f64x2.add(ar, cr);
    const si = f64x2.add(ai, ci);
    const tr = f64x2.sub(ar, cr);
    const ti = f64x2.sub(ai, ci);
    const ur = f64x2.add(br, dr);
    const ui = f64x2.add(bi, di);
    const vr = f64x2.sub(br, dr);
    const vi = f64x2.sub(bi, di);
    v128.store(to, f64x2.add(sr, ur));
    v128.store(to, f64x2.add(si, ui), 16);
    v128.store(to + size, f64x2.add(tr, vi));
    v128.store(to + size, f64x2.sub(ti, vr), 16);
    v128.store(to + 2 * size, f64x2.sub(sr, ur));
    v128.store(to + 2 * size, f64x2.sub(si, ui), 16);
    v128.store(to + 3 * size, f64x2.sub(tr, vi));
    v128.store(to + 3 * size, f64x2.add(ti, vr), 16);
  }
  to += 3 * size;
  for (let p: u32 = 1; p < rows; p++, to += 3 * size) {
    table += 48;
    const c1 = v128.load_splat<f64>(table);
    const s1 = v128.load_splat<f64>(table, 8);
    const c2 = v128.load_splat<f64>(table, 16);
    const s2 = v128.load_splat<f64>(table, 24);
    const c3 = v128.load_splat<f64>(table, 32);
    const s3 = v128.load_splat<f64>(table, 40);
    for (const end = from + size; from < end; from += element, to += element) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + far);
      const bi = v128.load(from + far, 16);
      const cr = v128.load(from + 2 * far);
      const ci = v128.load(from + 2 * far, 16);
      const dr = v128.load(from + 3 * far);
      const di = v128.load(from + 3 * far, 16);
      const sr = f64x2.add(ar, cr);
      const si = f64x2.add(ai, ci);
      const tr = f64x2.sub(ar, cr);
      const ti = f64x2.sub(ai, ci);
      const ur = f64x2.add(br, dr);
      const ui = f64x2.add(bi, di);
      const vr = f64x2.sub(br, dr);
      const vi = f64x2.sub(bi, di);
      v128.store(to, f64x2.add(sr, ur));
      v128.store(to, f64x2.add(si, ui), 16);
      const yr = f64x2.add(tr, vi);
      const yi = f64x2.sub(ti, vr);
      v128.store(to + size, f64x2.sub(f64x2.mul(yr, c1), f64x2.mul(yi, s1)));
      v128.store(to + size, f64x2.add(f64x2.mul(yr, s1), f64x2.mul(yi, c1)), 16);
      const zr = f64x2.sub(sr, ur);
      const zi = f64x2.sub(si, ui);
      v128.store(to + 2 * size, f64x2.sub(f64x2.mul(zr, c2), f64x2.mul(zi, s2)));
      v128.store(to + 2 * size, f64x2.add(f64x2.mul(zr, s2), f64x2.mul(zi, c2)), 16);
      const wr = f64x2.sub(tr, vi);
      const wi = f64x2.add(ti, vr);
      v128.store(to + 3 * size, f64x2.sub(f64x2.mul(wr, c3), f64x2.mul(wi, s3)));
      v128.store(to + 3 * size, f64x2.add(f64x2.mul(wr, s3), f64x2.mul(wi, c3)), 16);
    }
  }
}

/** X(k) = Σ x(n) e^(−2πi kn/3): sums and differences of the last two inputs. */
function pass3(from: usize, to: usize, rows: u32, step: u32, table: usize): void {
  const size = <usize>step * element;
  const far = <usize>rows * size;
  const half = f64x2.splat(-0.5);
  const sine = f64x2.splat(0.8660254037844386);
  for (let p: u32 = 0; p < rows; p++, table += 32, to += 2 * size) {
    const c1 = v128.load_splat<f64>(table);
    const s1 = v128.load_splat<f64>(table, 8);
    const c2 = v128.load_splat<f64>(table, 16);
    const s2 = v128.load_splat<f64>(table, 24);
    for (const end = from + size; from < end; from += element, to += element) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + far);
      const bi = v128.load(from + far, 16);
      const cr = v128.load(from + 2 * far);
      const ci = v128.load(from + 2 * far, 16);
      const sr = f64x2.add(br, cr);
      const si = f64x2.add(bi, ci);
      const dr = f64x2.mul(sine, f64x2.sub(br, cr));
      const di = f64x2.mul(sine, f64x2.sub(bi, ci));
      const mr = f64x2.add(ar, f64x2.mul(half, sr));
      const mi = f64x2.add(ai, f64x2.mul(half, si));
      v128.store(to, f64x2.add(ar, sr));
      v128.store(to, f64x2.add(ai, si), 16);
      const yr = f64x2.add(mr, di);
      const yi = f64x2.sub(mi, dr);
      v128.store(to + size, f64x2.sub(f64x2.mul(yr, c1), f64x2.mul(yi, s1)));
      v128.store(to + size, f64x2.add(f64x2.mul(yr, s1), f64x2.mul(yi, c1)), 16);
      const zr = f64x2.sub(mr, di);
      const zi = f64x2.add(mi, dr);
      v128.store(to + 2 * size, f64x2.sub(f64x2.mul(zr, c2), f64x2.mul(zi, s2)));
      v128.store(to + 2 * size, f64x2.add(f64x2.mul(zr, s2), f64x2.mul(zi, c2)), 16);
    }
  }
}

/** y times (c + is) into `to`. */
function turn(to: usize, yr: v128, yi: v128, table: usize): void {
  const c = v128.load_splat<f64>(table);
  const s = v128.load_splat<f64>(table, 8);
  v128.store(to, f64x2.sub(f64x2.mul(yr, c), f64x2.mul(yi, s)));
  v128.store(to, f64x2.add(f64x2.mul(yr, s), f64x2.mul(yi, c)), 16);
}

function pass5(from: usize, to: usize, rows: u32, step: u32, table: usize): void {
  const size = <usize>step * element;
  const far = <usize>rows * size;
  const c1 = f64x2.splat(0.30901699437494745);
  const c2 = f64x2.splat(-0.8090169943749475);
  const s1 = f64x2.splat(0.9510565162951535);
  const s2 = f64x2.splat(0.5877852522924731);
  for (let p: u32 = 0; p < rows; p++, table += 64, to += 4 * size) {
    for (const end = from + size; from < end; from += element, to += element) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + far);
      const bi = v128.load(from + far, 16);
      const cr = v128.load(from + 2 * far);
      const ci = v128.load(from + 2 * far, 16);
      const dr = v128.load(from + 3 * far);
      const di = v128.load(from + 3 * far, 16);
      const er = v128.load(from + 4 * far);
      const ei = v128.load(from + 4 * far, 16);
      // The outer two and the inner two inputs by their sums and differences.
      const or = f64x2.add(br, er);
      const oi = f64x2.add(bi, ei);
      const pr = f64x2.sub(br, er);
      const pi = f64x2.sub(bi, ei);
      const ir = f64x2.add(cr, dr);
      const ii = f64x2.add(ci, di);
      const jr = f64x2.sub(cr, dr);
      const ji = f64x2.sub(ci, di);
      v128.store(to, f64x2.add(ar, f64x2.add(or, ir)));
      v128.store(to, f64x2.add(ai, f64x2.add(oi, ii)), 16);
      const mr = f64x2.add(ar, f64x2.add(f64x2.mul(c1, or), f64x2.mul(c2, ir)));
      const mi = f64x2.add(ai, f64x2.add(f64x2.mul(c1, oi), f64x2.mul(c2, ii)));
      const nr = f64x2.add(ar, f64x2.add(f64x2.mul(c2, or), f64x2.mul(c1, ir)));
      const ni = f64x2.add(ai, f64x2.add(f64x2.mul(c2, oi), f64x2.mul(c1, ii)));
      const ur = f64x2.add(f64x2.mul(s1, pr), f64x2.mul(s2, jr));
      const ui = f64x2.add(f64x2.mul(s1, pi), f64x2.mul(s2, ji));
      const vr = f64x2.sub(f64x2.mul(s2, pr), f64x2.mul(s1, jr));
      const vi = f64x2.sub(f64x2.mul(s2, pi), f64x2.mul(s1, ji));
      turn(to + size, f64x2.add(mr, ui), f64x2.sub(mi, ur), table);
      turn(to + 2 * size, f64x2.add(nr, vi), f64x2.sub(ni, vr), table + 16);
      turn(to + 3 * size, f64x2.sub(nr, vi), f64x2.add(ni, vr), table + 32);
      turn(to + 4 * size, f64x2.sub(mr, ui), f64x2.add(mi, ur), table + 48);
    }
  }
}

/**
 * Transforms the `size` elements at `a`, with `b` as the other buffer. `plan` lists the passes, 16 bytes
 * each: radix, rows, step, offset of the factors from `plan`; a radix of 0 ends it. Returns where the result is.
 */
export function transform(plan: usize, a: usize, b: usize): usize {
  const start = plan;
  let from = a;
  let to = b;
  let radix = load<u32>(plan);
  while (radix !== 0) {
    const rows = load<u32>(plan, 4);
    const step = load<u32>(plan, 8);
    const table = start + <usize>load<u32>(plan, 12);
    if (radix === 4) pass4(from, to, rows, step, table);
    else if (radix === 2) pass2(from, to, rows, step, table);
    else if (radix === 3) pass3(from, to, rows, step, table);
    else pass5(from, to, rows, step, table);
    const swap = from;
    from = to;
    to = swap;
    plan += 16;
    radix = load<u32>(plan);
  }
  return from;
}
