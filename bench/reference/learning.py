"""The learning rule (P21) of a network with one hidden layer, in numpy alone: what the compiled kernels are timed against.

usage: learning.py FOLDER INPUTS HIDDEN CLASSES BATCHES SEED

Reads from FOLDER train.i8 and test.i8 (inputs, one sample after the other, entries +-1) with train.labels and
test.labels (one byte a sample). Trains on the first BATCHES batches of one epoch in a random order, then answers the
test samples. Prints one line: seconds and processor seconds of the batches, accuracy on the test samples, shares of
hidden neurons and of readout units that learned. Settings are those of the preset `large`. States and weights are f32;
every sweep is one product of matrices for the whole batch, which BLAS does on all cores it is given.
"""

import sys
import time

import numpy as np

SELF_COUPLING = 0.5
SWEEPS = 5
INPUT_STRENGTH = 5.0
FEEDBACK_STRENGTH = 0.9
MARGIN = 0.9
READOUT_MARGIN = 3.0
RATE_COUPLINGS = 0.005
RATE_INPUT = 0.03
RATE_READOUT = 0.1
DECAY = 0.005
BATCH = 16


def sign(fields):
    """Sign of each field, 1 at zero."""
    return np.where(fields >= 0, np.float32(1), np.float32(-1))


class Network:
    """Weights of one hidden layer; rows are neurons, columns what they listen to."""

    def __init__(self, inputs, hidden, classes, random):
        def normal(rows, columns, deviation):
            return random.standard_normal((rows, columns), dtype=np.float32) * np.float32(deviation)

        self.couplings = normal(hidden, hidden, 1 / np.sqrt(hidden))
        np.fill_diagonal(self.couplings, SELF_COUPLING)
        self.input = normal(hidden, inputs, INPUT_STRENGTH / np.sqrt(inputs))
        self.feedback = normal(hidden, classes, FEEDBACK_STRENGTH / np.sqrt(classes))
        self.readout = normal(classes, hidden, 1 / np.sqrt(hidden))
        # Full prefactors of the updates: a weight decays by its own times the decay coefficient.
        self.rate_couplings = np.float32(RATE_COUPLINGS / np.sqrt(hidden))
        self.rate_input = np.float32(RATE_INPUT * INPUT_STRENGTH / np.sqrt(inputs))
        self.rate_readout = np.float32(RATE_READOUT / np.sqrt(hidden))

    def sweep(self, states, drive):
        return sign(states @ self.couplings.T + drive)

    def train(self, inputs, labels):
        """One batch; returns the shares of neurons and of readout units that learned."""
        samples = len(inputs)
        classes = len(self.readout)
        targets = np.full((samples, classes), -0.5, np.float32)
        targets[np.arange(samples), labels] = np.sqrt(classes) / 2
        drive = inputs @ self.input.T
        fed_drive = drive + targets @ self.feedback.T

        states = sign(drive)
        states = self.sweep(states, drive)
        for _ in range(SWEEPS - 2):
            states = self.sweep(states, fed_drive)
        for _ in range(SWEEPS):
            states = self.sweep(states, drive)

        fields = states @ self.couplings.T + drive
        learns = states * fields <= MARGIN + SELF_COUPLING
        errors = targets * (states @ self.readout.T) <= READOUT_MARGIN
        imprint = (learns * states) / np.float32(np.sqrt(samples))
        correction = (errors * targets) / np.float32(np.sqrt(samples))

        self.couplings *= 1 - self.rate_couplings * np.float32(DECAY)
        self.couplings += self.rate_couplings * (imprint.T @ states)
        np.fill_diagonal(self.couplings, SELF_COUPLING)
        self.input += self.rate_input * (imprint.T @ inputs)
        self.readout *= 1 - self.rate_readout * np.float32(DECAY)
        self.readout += self.rate_readout * (correction.T @ states)
        return learns.mean(), errors.mean()

    def answer(self, inputs):
        """Class of each sample after SWEEPS sweeps without feedback."""
        drive = inputs @ self.input.T
        states = sign(drive)
        for _ in range(SWEEPS - 1):
            states = self.sweep(states, drive)
        return (states @ self.readout.T).argmax(axis=1)


def read(folder, part, inputs):
    states = np.fromfile(f"{folder}/{part}.i8", np.int8).reshape(-1, inputs).astype(np.float32)
    return states, np.fromfile(f"{folder}/{part}.labels", np.uint8)


def main(folder, inputs, hidden, classes, batches, seed):
    train, train_labels = read(folder, "train", inputs)
    test, test_labels = read(folder, "test", inputs)
    random = np.random.default_rng(seed)
    network = Network(inputs, hidden, classes, random)
    order = random.permutation(len(train))
    updates = []
    start, processor_start = time.perf_counter(), time.process_time()
    for first in range(0, min(batches * BATCH, len(train)), BATCH):
        chosen = order[first : first + BATCH]
        updates.append(network.train(train[chosen], train_labels[chosen]))
    seconds, processor = time.perf_counter() - start, time.process_time() - processor_start
    accuracy = (network.answer(test) == test_labels).mean()
    hidden_updates, readout_updates = np.mean(updates, axis=0)
    print(seconds, processor, accuracy, hidden_updates, readout_updates)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
