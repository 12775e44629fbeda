/** @file Owen's T function and, by it, the bivariate normal law at two thresholds that need not be equal. */
import { normalCdf } from "./normal.ts";
import { gaussLegendre } from "./quadrature.ts";

/** Order of the rule for Owen's T: the integrand is a Gaussian over at most 9 widths times 1/(1+x²). */
const owenOrder = 40;

/** Owen's integrand is cut where e^{−h²x²/2} < 1e−18. */
const owenCutoff = 9.1;

/** Beyond this h Owen's T is below the smallest double. */
const owenUnderflow = 39;

/**
 * Owen's T(h, a) = (1/2π) ∫_0^a e^{−h²(1+x²)/2}/(1+x²) dx.
 * @param h threshold ≥ 0
 * @param a upper end, in [0, 1]
 * @returns a probability, to rounding (relative)
 * @source Owen, Ann. Math. Stat. 27, 1075 (1956)
 */
export function owenT(h: number, a: number): number {
  if (h > owenUnderflow) return 0;
  const half = 0.5 * Math.min(a, owenCutoff / h);
  const { nodes, weights } = gaussLegendre(owenOrder);
  let sum = 0;
  for (let k = 0; k < owenOrder; k++) {
    const x = half * (1 + nodes[k]);
    sum += (weights[k] * Math.exp(-0.5 * h * h * x * x)) / (1 + x * x);
  }
  return (Math.exp(-0.5 * h * h) * half * sum) / (2 * Math.PI);
}

/** T(h, b/h) for any b; the product b = ah stays finite where h = 0. */
function owenTByProduct(h: number, b: number): number {
  if (b < 0) return -owenTByProduct(h, -b);
  if (b <= h) return h === 0 ? 0 : owenT(h, b / h);
  const [near, far] = [normalCdf(h), normalCdf(b)];
  return 0.5 * (near + far) - near * far - owenT(b, h / b);
}

/**
 * P(u₁ ≤ h, u₂ ≤ k) for a standard normal pair of correlation ρ.
 * @param h first threshold ≥ 0
 * @param k second threshold ≥ 0
 * @param rho correlation in [−1, 1]
 * @returns a probability, to about 1e−16 (absolute)
 * @source Owen, Ann. Math. Stat. 27, 1075 (1956)
 */
export function bivariateCdf(h: number, k: number, rho: number): number {
  if (h === 0 && k === 0) return 0.25 + Math.asin(rho) / (2 * Math.PI);
  const width = Math.sqrt((1 - rho) * (1 + rho));
  if (width === 0) return rho > 0 ? normalCdf(Math.min(h, k)) : normalCdf(h) - normalCdf(-k);
  const first = owenTByProduct(h, (k - rho * h) / width);
  const second = owenTByProduct(k, (h - rho * k) / width);
  return 0.5 * (normalCdf(h) + normalCdf(k)) - first - second;
}
