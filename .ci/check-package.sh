#!/usr/bin/env bash
# Packs the package, installs it into an empty project and uses it as a library and as a program.
set -eu
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tarball=$(npm pack --silent --pack-destination "$work" | tail -n 1)
cd "$work"
npm init -y >/dev/null
npm pkg set type=module
npm install --silent --ignore-scripts --no-audit --no-fund "./$tarball"
cat > use.mjs <<'JS'
import { annealedEntropy, replicatedFreeEntropy } from "fixed-point-atlas/theory";
import { findFixedPoints, loadKernels, sampleNetwork, stream } from "fixed-point-atlas/sim";

const pairs = replicatedFreeEntropy({ selfCoupling: 0.5, overlap: 0.3, y: 2 });
if (Math.abs(pairs.phi - 0.6262303623846204) > 1e-8) throw new Error(`phi is ${pairs.phi}`);
if (Math.abs(annealedEntropy(0)) > 1e-15) throw new Error("S(0) is not 0");
for (const shared of [false, true]) {
  const network = sampleNetwork({ n: 10, kernels: loadKernels({ shared }) }, stream(1, "couplings", 10, 0));
  const { count } = findFixedPoints(network, 1);
  if (!(count > 0 && count % 2 === 0)) throw new Error(`count is ${count}`);
}
console.log("library: ok");
JS
node use.mjs
cat > types.ts <<'TS'
import { annealedEntropy } from "fixed-point-atlas/theory";
import type { Network } from "fixed-point-atlas/sim";

export const entropy: number = annealedEntropy(0.5);
export type Size = Network["n"];
TS
awk '/^```ts/{on=1; next} /^```/{on=0} on' "$here/README.md" > readme.ts
"$here/node_modules/.bin/tsc" --strict --module nodenext --target es2023 --lib es2023,dom --skipLibCheck --outDir built types.ts readme.ts
node built/readme.js
echo "types: ok"
npx --no-install atlas entropy --jd 0,0.5 --json | grep -q '"rows"'
echo "program: ok"
