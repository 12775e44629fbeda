"""One iteration of belief propagation over the fixed points of a random network, (P18)-(P20), in numpy alone.

usage: belief.py FOLDER N SELF_COUPLING REPLICAS BOND DAMPING REPETITIONS

Reads from FOLDER, all little-endian: couplings.f32 and messages.f32, N columns of N numbers (column j holds J_ij and
u_{i->j}, the diagonal is zero), and own.f64 (u_{i->i}). Writes the new messages to updated.f32 and prints the processor
seconds of every repetition. Readable rather than fast; log Phi is that of Abramowitz and Stegun 7.1.26, with an error
below 4e-7 times the reciprocal of its scaled complement.
"""

import sys
import time

import numpy as np

VARIANCE_FLOOR = 1e-8
LARGEST_MESSAGE = 30.0


def log_scaled_complement(u):
    """log of e^{u^2} erfc(u) for u >= 0."""
    t = 1 / (1 + 0.3275911 * u)
    series = 1.061405429
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * t + coefficient
    return np.log(series * t)


def log_phi(x):
    """log of the standard normal distribution function."""
    log_tail = np.log(0.5) + log_scaled_complement(np.abs(x) / np.sqrt(2)) - 0.5 * x * x
    return np.where(x < 0, log_tail, np.log1p(-np.exp(np.minimum(log_tail, 0))))


def log_two_cosh(x):
    return np.abs(x) + np.log1p(np.exp(-2 * np.abs(x)))


def through_bond(field, bond):
    """atanh(tanh field tanh bond)."""
    return 0.5 * (log_two_cosh(field + bond) - log_two_cosh(field - bond))


def totals(messages, own, replicas, bond):
    """T_j: fields of all factors and of the centre of the replicas (P20)."""
    field = messages.sum(axis=0) + own
    return field + through_bond((replicas - 1) * through_bond(field, bond), bond)


def iterate(couplings, messages, own, self_coupling, replicas, bond, damping):
    """New messages u_{i->j}; rows are factors i, columns are neurons j."""
    total = totals(messages, own, replicas, bond)
    cavity = total - messages
    m = np.tanh(cavity)
    spread = 1 / np.cosh(cavity) ** 2
    mean_terms = couplings * m
    variance_terms = couplings**2 * spread
    mean = mean_terms.sum(axis=1)
    variance = variance_terms.sum(axis=1)
    own_field = total - own
    log_up = (own_field - log_two_cosh(own_field))[:, None]
    log_down = (-own_field - log_two_cosh(own_field))[:, None]
    width = np.sqrt(np.maximum(variance[:, None] - variance_terms, VARIANCE_FLOOR))
    others = mean[:, None] - mean_terms

    def log_factor(x):
        return np.logaddexp(
            log_up + log_phi((self_coupling + x) / width), log_down + log_phi((self_coupling - x) / width)
        )

    fresh = 0.5 * (log_factor(others + couplings) - log_factor(others - couplings))
    updated = (1 - damping) * np.clip(fresh, -LARGEST_MESSAGE, LARGEST_MESSAGE) + damping * messages
    np.fill_diagonal(updated, 0)
    return updated


def main():
    folder = sys.argv[1]
    n, repetitions = int(sys.argv[2]), int(sys.argv[7])
    parameters = [float(text) for text in sys.argv[3:7]]
    couplings = np.fromfile(f"{folder}/couplings.f32", "<f4").astype(float).reshape(n, n).T.copy()
    messages = np.fromfile(f"{folder}/messages.f32", "<f4").astype(float).reshape(n, n).T.copy()
    own = np.fromfile(f"{folder}/own.f64", "<f8")
    for _ in range(repetitions):
        start = time.process_time()
        updated = iterate(couplings, messages, own, *parameters)
        print(time.process_time() - start)
    np.ascontiguousarray(updated.T, "<f4").tofile(f"{folder}/updated.f32")


main()
