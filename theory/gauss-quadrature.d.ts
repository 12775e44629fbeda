declare module "gauss-quadrature" {
  /** Gauss–Legendre nodes and weights on [−1, 1], in no particular order. */
  export default function gaussQuadrature(order: number): [number[], number[]];
}
