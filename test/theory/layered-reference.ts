/**
 * @file References for layered networks: sums over all spins of a column, one configuration at a time, with normal laws
 * by quadrature. Shares no formula of transfer matrices or classes of spins with theory/layered*.ts.
 */

/** Simpson's rule. */
export function integrate(f: (x: number) => number, from: number, to: number, steps = 400): number {
  let sum = f(from) + f(to);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(from + (k * (to - from)) / steps);
  return (sum * (to - from)) / steps / 3;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Φ(x). */
export const cdf = (x: number): number => (x < -9 ? 0 : x > 9 ? 1 : 0.5 + integrate(density, 0, x));

/**
 * Φ₂(h, k; ρ) = ∫_{−∞}^h Φ((k − ρu)/√(1−ρ²)) φ(u) du as Φ(h)Φ(k) + ∫_0^ρ ∂Φ₂/∂ρ dρ (Plackett), with ρ = sin θ;
 * at ρ = ±1 the limits.
 */
export function bivariate(h: number, k: number, rho: number): number {
  if (rho >= 1) return cdf(Math.min(h, k));
  if (rho <= -1) return Math.max(0, cdf(h) + cdf(k) - 1);
  const kernel = (angle: number) =>
    Math.exp(-(h * h + k * k - 2 * h * k * Math.sin(angle)) / (2 * Math.cos(angle) ** 2));
  return cdf(h) * cdf(k) + integrate(kernel, 0, Math.asin(rho), 2000) / (2 * Math.PI);
}

/** All configurations of `count` spins ±1. */
export const configurations = (count: number): number[][] =>
  Array.from({ length: 2 ** count }, (_, word) =>
    Array.from({ length: count }, (_, bit) => (((word >> bit) & 1) === 1 ? 1 : -1)),
  );

/** A chain of layers with open ends. */
export interface ChainPoint {
  readonly layers: number;
  readonly ferromagneticCoupling: number;
  readonly selfCoupling: number;
}

/** What the neighbours of layer l add to the stability of its neuron: J_D + λ s_l (s_{l−1} + s_{l+1}). */
export const threshold = (
  { selfCoupling, ferromagneticCoupling }: ChainPoint,
  spins: readonly number[],
  l: number,
): number => selfCoupling + ferromagneticCoupling * spins[l]! * ((spins[l - 1] ?? 0) + (spins[l + 1] ?? 0));

/** Σ over the 2^L columns of the probability that all of their neurons are stable; `scale` on all arguments. */
export function columnSum(point: ChainPoint, scale = 1): number {
  return configurations(point.layers).reduce(
    (sum, spins) =>
      sum + spins.reduce((product, _, l) => product * cdf(scale * threshold(point, spins, l)), 1),
    0,
  );
}

/**
 * Weight of a pair of columns whose spins agree (+1) or differ (−1) layer by layer as in `agreement`: the sum over the
 * first column, `correlation(l)` being that of the two stabilities in layer l.
 */
export function pairWeight(
  point: ChainPoint,
  agreement: readonly number[],
  correlation: (l: number) => number,
  scale = 1,
): number {
  let sum = 0;
  for (const first of configurations(point.layers)) {
    const second = first.map((spin, l) => spin * agreement[l]!);
    let product = 1;
    for (let l = 0; l < point.layers; l++) {
      const [h, k] = [threshold(point, first, l), threshold(point, second, l)];
      product *= bivariate(scale * h, scale * k, correlation(l));
    }
    sum += product;
  }
  return sum;
}

const binomial = (n: number, k: number): number =>
  Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1);

/**
 * Mean number of ordered pairs of fixed points of two layers of N neurons at Hamming distances (D₁, D₂): columns that
 * agree in both layers, in one of them or in none, with the finite-N correlations of (P6') in each layer.
 */
export function expectedPairsOfTwo(
  n: number,
  bonds: Omit<ChainPoint, "layers">,
  distances: readonly [number, number],
): number {
  const point = { ...bonds, layers: 2 };
  const scale = Math.sqrt(n / (n - 1));
  const weightOf = (first: number, second: number) => {
    const agreement = [first, second];
    const correlation = (l: number) =>
      agreement[l] === 1 ? 1 - (2 * distances[l]!) / (n - 1) : -1 + (2 * (distances[l]! - 1)) / (n - 1);
    return pairWeight(point, agreement, correlation, scale);
  };
  let mean = 0;
  const [d1, d2] = distances;
  for (let both = Math.max(0, d1 + d2 - n); both <= Math.min(d1, d2); both++) {
    const none = n - d1 - d2 + both;
    const ways = binomial(n, both) * binomial(n - both, d1 - both) * binomial(n - d1, d2 - both);
    const powers: [number, number, number][] = [
      [1, 1, none],
      [-1, 1, d1 - both],
      [1, -1, d2 - both],
      [-1, -1, both],
    ];
    mean += powers.reduce(
      (product, [first, second, power]) =>
        power === 0 ? product : product * weightOf(first, second) ** power,
      ways,
    );
  }
  return mean;
}
