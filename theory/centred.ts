/**
 * @file Local entropy of y real replicas that share a centre c = ±1 on each site (P28), at given mutual overlap of the
 * replicas: the theory of replicated message passing (focusing), where the centre is itself a configuration.
 */
import { centredDomain, describeCentred, namingInput, solveCentred } from "./centred-solution.ts";
import type { CentredPoint, CentredReplicas } from "./centred-solution.ts";
import { OutOfDomain, requireInside } from "./errors.ts";
import { untilAccurate } from "./one-rsb-domain.ts";
import type { ReplicaOptions } from "./one-rsb-domain.ts";

export { centredDomain } from "./centred-solution.ts";
export type { CentredPoint, CentredReplicas } from "./centred-solution.ts";

/**
 * y replicas around a common centre (P28) at mutual overlap q: the coupling γ to the centre that holds them there, and
 * their local entropy.
 *
 * $$\varphi_c(y,\gamma) = \operatorname*{extr}_{q,\hat q} \left[ -\tfrac12 y(y-1)\, q\hat q - \tfrac12 y\hat q + \log
 * \sum_{c=\pm1} \int\! Dz\,Dt\, \mathcal{A}_c^y \right]$$
 *
 * $$\mathcal{A}_c = \sum_{s=\pm1} e^{s(\sqrt{\hat q} z + \gamma c)}\, \Phi\left(\frac{J_D + s\sqrt q\, t}{\sqrt{1-q}}\right)$$
 * @param point J_D in [0, 3], q in [10⁻⁵, 0.9994], y in [1, 1000]; y = 1 is the limit y → 1, a centre that is a noisy
 *   copy of a typical fixed point
 * @param options resolution (default 1) and tolerance (default 1e−8)
 * @returns the one saddle with γ > 0
 * @throws OutOfDomain outside these ranges, and where no coupling γ ≥ 0 has this overlap (small J_D, q near 1);
 *   NotConverged if the tolerance cannot be met
 */
export function centredLocalEntropy(point: CentredPoint, options: ReplicaOptions = {}): CentredReplicas {
  const { selfCoupling, y, overlap } = point;
  requireInside("selfCoupling", selfCoupling, centredDomain.selfCoupling);
  requireInside("y", y, centredDomain.y);
  requireInside("overlap", overlap, centredDomain.overlap);
  const where = `centredLocalEntropy at selfCoupling ${selfCoupling}, overlap ${overlap}, y ${y}`;
  const solveOnce = (resolution: number) => {
    const solution = solveCentred({ selfCoupling, y, overlap }, resolution, null);
    if (solution === null)
      throw new OutOfDomain(`${where}: no coupling to a centre holds y replicas at an overlap this large`);
    return describeCentred({ selfCoupling, y, overlap }, solution);
  };
  return namingInput(where, () => untilAccurate(solveOnce, where, options));
}
