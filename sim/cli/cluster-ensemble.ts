/** @file What the commands on dense clusters share: which ensembles their theory covers, and where. */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import { layeredDomain } from "../../theory/layered-replicas.ts";
import { symmetricReplicaDomain } from "../../theory/symmetric-replicas-domain.ts";
import { isLayered, theoryEnsemble } from "../experiments/ensemble-kind.ts";
import type { TheoryEnsemble } from "../experiments/ensemble-kind.ts";
import { parseList } from "../expressions.ts";
import type { EnsembleTexts } from "./options.ts";
import { parseTheoryFields } from "./options.ts";

/**
 * `--symmetry`, or `--layers` and `--lambda`, as an ensemble whose dense clusters theory knows.
 * @returns null where none of the options was given
 * @throws OutOfDomain on values or combinations that no theory covers
 */
export async function parseClusterEnsemble(texts: EnsembleTexts): Promise<TheoryEnsemble | null> {
  const fields = await parseTheoryFields(texts, {
    symmetry: symmetricReplicaDomain.symmetry,
    mostLayers: layeredDomain.layers.max,
  });
  if (Object.keys(fields).length === 0) return null;
  const ensemble = theoryEnsemble(fields);
  if (isLayered(ensemble))
    requireInside("--lambda", ensemble.ferromagneticCoupling, layeredDomain.ferromagneticCoupling);
  return ensemble;
}

/**
 * `--jd` as numbers at which the dense clusters of an ensemble are known.
 * @throws OutOfDomain on others
 */
export async function parseClusterSelfCouplings(
  text: string | undefined,
  ensemble: TheoryEnsemble,
): Promise<number[]> {
  const domain = isLayered(ensemble) ? layeredDomain.selfCoupling : symmetricReplicaDomain.selfCoupling;
  const values = await parseList("--jd", text ?? "");
  return values.map((value) => requireInside("--jd", value, domain));
}

/**
 * Refuses numbers of replicas that the theory of an ensemble does not take: layers have whole ones only.
 * @throws OutOfDomain naming those that it takes
 */
export function requireReplicas(replicas: readonly number[], ensemble: TheoryEnsemble): void {
  if (!isLayered(ensemble)) return;
  const { min, max } = layeredDomain.replicas;
  for (const y of replicas) requireInteger("--y with --layers", y, min, max);
}
