/**
 * @file WGSL of the functions that messages (P18)-(P20) are made of. Those of WGSL itself are too coarse (log near 1 is
 * good to 5e−7 absolute, exp of −100 to 1e−5), and nothing here leans on an order of operations that a driver may change.
 */

/**
 * G(y) = e^{y²/2} Φ(−y), y ≥ 0, as t p(t) with t = 1/(1 + y/4): relative error below 4e−8 (weighted least squares in
 * 4000 Chebyshev nodes of t, weights raised where the error is largest), below 4e−7 with the rounding of f32.
 */
const tailPolynomial = [
  0.0997355654835701, 0.09973642975091934, 0.09346635639667511, 0.08160310983657837, 0.058975137770175934,
  0.06369917094707489, -0.031717654317617416, 0.09559724479913712, -0.0808774083852768, 0.019782032817602158,
];

/** c_0 + x(c_1 + x(…)). */
const horner = (coefficients: readonly number[], x: string): string =>
  coefficients.reduceRight((inner, c) => (inner === "" ? `${c}` : `fma(${inner}, ${x}, ${c})`), "");

/** exponential, logarithm, tanh, atanh(D/S), scaled normal tails. */
export const functionsWgsl = /* wgsl */ `
// e^x for x in [-87, 88]; beyond them the value there.
fn exponential(x: f32) -> f32 {
  let y = clamp(x, -87.0, 88.0);
  let k = round(y * 1.44269504);
  let r = fma(k, 2.12194440e-4, fma(k, -0.693359375, y));
  let p = ${horner([1, 1, 0.5, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040], "r")};
  return p * bitcast<f32>((i32(k) + 127) << 23);
}

// atanh s for |s| ≤ 0.172, to the last digits.
fn atanhSmall(s: f32) -> f32 {
  let z = s * s;
  return s * ${horner([1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11], "z")};
}

// log x of a normal number x > 0; near 1 to the last digits of the result.
fn logarithm(x: f32) -> f32 {
  let bits = bitcast<i32>(x);
  let e = (bits - 0x3f3504f3) >> 23u;
  let m = bitcast<f32>(bits - (e << 23u));
  return fma(f32(e), 0.69314718, 2.0 * atanhSmall((m - 1.0) / (m + 1.0)));
}

// atanh r, |r| < 1.
fn inverseTanh(r: f32) -> f32 {
  if (abs(r) <= 0.17) { return atanhSmall(r); }
  return 0.5 * logarithm((1.0 + r) / (1.0 - r));
}

// tanh x, x ≥ 0.
fn tanhOf(x: f32) -> f32 {
  if (x < 0.25) {
    let z = x * x;
    return x * ${horner([1, -1 / 3, 2 / 15, -17 / 315, 62 / 2835], "z")};
  }
  let e = exponential(-2.0 * x);
  return (1.0 - e) / (1.0 + e);
}

// e^{y²/2} Φ(−y), y ≥ 0.
fn scaledTail(y: f32) -> f32 {
  let t = 1.0 / fma(y, 0.25, 1.0);
  return t * ${horner(tailPolynomial, "t")};
}

// Exponent of Φ(x): −x²/2 where x < 0, else 0.
fn tailExponent(x: f32) -> f32 {
  let negative = min(x, 0.0);
  return -0.5 * negative * negative;
}

// Φ(x) e^{−tailExponent(x)}.
fn scaledNormal(x: f32) -> f32 {
  let tail = scaledTail(abs(x));
  return select(fma(-exponential(-0.5 * x * x), tail, 1.0), tail, x < 0.0);
}

// φ(x) e^{−tailExponent(x)}.
fn scaledDensity(x: f32) -> f32 {
  let positive = max(x, 0.0);
  return 0.39894228 * exponential(-0.5 * positive * positive);
}
`;

/** Reciprocals of n!, n = 1..10. */
const inverseFactorials = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce<number[]>(
  (known, n) => [...known, (known.at(-1) ?? 1) / n],
  [],
);
const overFactorial = (n: number): number => inverseFactorials[n - 1]!;

/** H_0..H_9 as statements: H_{n+1} = xH_n − nzH_{n−1}. */
const hermite = [2, 3, 4, 5, 6, 7, 8, 9].map(
  (n) => `let h${n} = x * h${n - 1} - ${n - 1}.0 * z * h${n - 2};`,
);

const evenSum = [8, 6, 4, 2].map((n) => `${overFactorial(n + 1)} * h${n}`).join(" + ");
const oddSum = [9, 7, 5, 3, 1].map((n) => `${overFactorial(n + 1)} * h${n}`).join(" + ");

/**
 * The message of a factor, and what a centre sends.
 *
 * With a_σ = (J_D + σμ)/w, ε = J/w: u = atanh(D/S), D = Σ_σ σ p_σ [Φ(a_σ+ε) − Φ(a_σ−ε)], S = Σ_σ p_σ [Φ(a_σ+ε) +
 * Φ(a_σ−ε)]. As φ(a+t) = φ(a) e^{−at−t²/2} generates Hermite polynomials, the first bracket is 2εφ(a) Σ H_{2k}/(2k+1)!,
 * the second 2Φ(a) − 2εφ(a) Σ H_{2k−1}/(2k)!, with H_n = ε^n He_n(a). Nothing large cancels: where u is small against ε,
 * it is because the own signs + and − do. The powers of e that tails have are taken out first; as a_+ + a_− ≥ 0, at most
 * one of the two is in the tail.
 */
export const messageWgsl = /* wgsl */ `
// Reach of the series: beyond its ninth order is nothing of f32.
const SERIES_STEP: f32 = 0.5;
const SERIES_EXPONENT: f32 = 1.0;

// Arguments of Φ times √V, of own sign + in x and − in y.
struct Arguments {
  up: vec2f,      // at s_j = +1
  down: vec2f,    // at s_j = −1
  centre: vec2f,  // without s_j
  step: f32,      // J, half of up.x − down.x
  width: f32,     // √V
  ownField: f32,  // of the own spin without the factor; 1e30 for a certain +
}

// Σ H_{2k}/(2k+1)! and −Σ H_{2k−1}/(2k)!
fn hermiteSums(a: f32, e: f32) -> vec2f {
  let x = a * e;
  let z = e * e;
  let h0 = 1.0;
  let h1 = x;
  ${hermite.join("\n  ")}
  return vec2f(${evenSum} + h0, -(${oddSum}));
}

fn messageBySeries(a: vec2f, e: f32, ownField: f32) -> f32 {
  let odds = clamp(2.0 * ownField + (tailExponent(a.x) - tailExponent(a.y)), -80.0, 80.0);
  let up = 1.0 / (1.0 + exponential(-odds));
  let down = 1.0 / (1.0 + exponential(odds));
  let ofUp = up * scaledDensity(a.x) * hermiteSums(a.x, e);
  let ofDown = down * scaledDensity(a.y) * hermiteSums(a.y, e);
  let whole = up * scaledNormal(a.x) + down * scaledNormal(a.y);
  return inverseTanh(e * (ofUp.x - ofDown.x) / (whole + e * (ofUp.y + ofDown.y)));
}

// tailExponent(x) − tailExponent(y) for x = a + e, y = a − e.
fn exponentDifference(x: f32, y: f32, a: f32, e: f32) -> f32 {
  if (max(x, y) < 0.0) { return -2.0 * a * e; }
  return tailExponent(x) - tailExponent(y);
}

// Σ_σ e^{exponent_σ} Φ(x_σ) over the larger power of e.
fn scaledSum(x: vec2f, exponents: vec2f) -> f32 {
  let smaller = exponential(-abs(exponents.x - exponents.y));
  let tails = vec2f(scaledNormal(x.x), scaledNormal(x.y));
  return select(fma(smaller, tails.x, tails.y), fma(smaller, tails.y, tails.x), exponents.x >= exponents.y);
}

fn messageByLogs(up: vec2f, down: vec2f, a: vec2f, e: f32, ownField: f32) -> f32 {
  let own = vec2f(ownField, -ownField);
  let ofUp = own + vec2f(tailExponent(up.x), tailExponent(up.y));
  let ofDown = own + vec2f(tailExponent(down.x), tailExponent(down.y));
  let upIsFirst = ofUp.x >= ofUp.y;
  let downIsFirst = ofDown.x >= ofDown.y;
  var exponent = 0.0;
  if (upIsFirst && downIsFirst) { exponent = exponentDifference(up.x, down.x, a.x, e); }
  else if (!upIsFirst && !downIsFirst) { exponent = exponentDifference(up.y, down.y, a.y, -e); }
  else { exponent = max(ofUp.x, ofUp.y) - max(ofDown.x, ofDown.y); }
  return 0.5 * (exponent + logarithm(scaledSum(up, ofUp) / scaledSum(down, ofDown)));
}

// (P18), clamped.
fn messageOf(x: Arguments, largest: f32) -> f32 {
  let inverse = 1.0 / x.width;
  let a = x.centre * inverse;
  let e = x.step * inverse;
  let size = abs(e);
  var u = 0.0;
  if (size <= SERIES_STEP && max(abs(a.x), abs(a.y)) * size <= SERIES_EXPONENT) {
    u = messageBySeries(a, e, x.ownField);
  } else {
    u = messageByLogs(x.up * inverse, x.down * inverse, a, e, x.ownField);
  }
  return clamp(u, -largest, largest);
}

// Beyond it a bond counts as infinite.
const INFINITE_BOND: f32 = 1e30;

// atanh(tanh h tanh γ), with tanh γ given.
fn throughBond(field: f32, bond: f32, tanhBond: f32) -> f32 {
  if (bond >= INFINITE_BOND) { return field; }
  let h = abs(field);
  let z = tanhOf(h) * tanhBond;
  var result = 0.0;
  if (z <= 0.5) {
    result = inverseTanh(z);
  } else {
    let far = 1.0 + exponential(-2.0 * (h + bond));
    let near = 1.0 + exponential(-2.0 * abs(h - bond));
    result = min(h, bond) + 0.5 * logarithm(far / near);
  }
  return select(result, -result, field < 0.0);
}

// φ_j (P20) of the field of all factors.
fn centreMessage(field: f32, others: f32, bond: f32, tanhBond: f32) -> f32 {
  return throughBond(others * throughBond(field, bond, tanhBond), bond, tanhBond);
}
`;
