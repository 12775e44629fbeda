/**
 * @file Entry of the AssemblyScript build: the kernels that `wasm/kernels.wasm` and `wasm/kernels.shared.wasm` export.
 * None of them allocates or keeps state between calls: the caller lays out the memory (memory.ts).
 */
export { philoxWords } from "./philox.as";
export { gaussianFill } from "./gaussian.as";
export { initialFields, exactFields, flip } from "./fields.as";
export { permutationSweep, randomSweep, parallelSweep } from "./sweep.as";
export { enumerate } from "./enumerate.as";
export { beliefTotals, beliefIteration } from "./belief.as";
export { signedProduct, addFlipped, collectFlips } from "./tiles.as";
export { alignStates, learningSites } from "./steering.as";
export { columnSigns, imprint, clearDiagonal } from "./plasticity.as";
