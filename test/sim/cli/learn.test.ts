/** @file `atlas learn`: the JSON that scripts rely on, and what bad input gets. */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { atlas, atlasJson } from "./harness.ts";
import type { Output, Row } from "./learn-images.ts";
import { idx, sharedImages, temporaryFolder, writeImages } from "./learn-images.ts";

const { folder: images, small } = sharedImages();

/** The rows without times. */
const timeless = (rows: readonly Row[]) => rows.map((row) => ({ ...row, seconds: 0 }));

describe("output", () => {
  test("--json: a row an epoch, and the complete settings; H < N learns too", async () => {
    const { epochs, parameters } = await atlasJson<Output>(small());
    expect(epochs.map(({ status, epoch }) => [status, epoch])).toEqual([
      ["ok", 1],
      ["ok", 2],
      ["ok", 3],
    ]);
    for (const row of epochs) {
      expect(Object.keys(row)).toEqual(
        expect.arrayContaining(["trainAccuracy", "testAccuracy", "hiddenUpdates", "readoutUpdates"]),
      );
      for (const share of [row.trainAccuracy, row.testAccuracy, row.hiddenUpdates, row.readoutUpdates]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      expect(row.seconds).toBeGreaterThan(0);
    }
    expect(epochs[2]!.testAccuracy).toBeGreaterThan(0.5);
    expect(epochs[2]!.hiddenUpdates).toBeGreaterThan(0);
    expect(parameters).toMatchObject({
      method: "rule",
      preset: "small",
      data: images,
      trainSamples: 400,
      testSamples: 150,
      holdOut: 0,
      epochs: 3,
      schedule: "constant",
      seed: 1,
      model: { inputs: 100, hidden: 40, outputs: 10, layers: 1, selfCoupling: 0.5, inputStrength: 5 },
      rule: { sweeps: 7, margin: 0.5, rates: { couplings: 0.01, input: 0.03, readout: 0.1 }, batchSize: 16 },
    });
  });

  test("every option ends up in the settings", async () => {
    const options =
      "--preset large --jd 2*0.2 --layers 2 --lambda 0.3 --margin 0.7 --sweeps 6 --batch 20 --schedule cosine " +
      "--feedback learned --free-phase annealed --update-probability 0.8 --rate-couplings 0.011 --rate-input 0.02 " +
      "--rate-readout 0.2 --rate-feedback 0.004 --input-strength 4 --feedback-strength 0.6 " +
      "--readout-targets published --seed 9";
    const { parameters } = await atlasJson<Output>([...small(), ...options.split(" "), "--epochs", "1"]);
    expect(parameters).toMatchObject({
      preset: "large",
      schedule: "cosine",
      seed: 9,
      epochs: 1,
      model: {
        selfCoupling: 0.4,
        layers: 2,
        layerCoupling: 0.3,
        inputStrength: 4,
        feedbackStrength: 0.6,
        feedbackLayers: [1],
      },
      rule: {
        margin: 0.7,
        sweeps: 6,
        batchSize: 20,
        feedback: "learned",
        feedbackRate: 0.004,
        freePhase: "annealed",
        updateProbability: 0.8,
        rates: { couplings: 0.011, input: 0.02, readout: 0.2 },
        decays: { couplings: 0.005, input: 0, readout: 0.005 },
        readoutTargets: "published",
      },
    });
  });

  test("--hold-out judges on the last training images, which are then not learned from", async () => {
    // The test images are those held out: judging there is the same as holding out, with the rest as training set.
    const trained = readFileSync(join(images, "train-images-idx3-ubyte")).subarray(16);
    const labels = readFileSync(join(images, "train-labels-idx1-ubyte")).subarray(8);
    const cut = temporaryFolder();
    const write = (name: string, bytes: Buffer) => {
      writeFileSync(join(cut, name), bytes);
    };
    write("train-images-idx3-ubyte", idx([450, 20, 20], trained.subarray(0, 450 * 400)));
    write("train-labels-idx1-ubyte", idx([450], labels.subarray(0, 450)));
    write("t10k-images-idx3-ubyte", idx([150, 20, 20], trained.subarray(450 * 400)));
    write("t10k-labels-idx1-ubyte", idx([150], labels.subarray(450)));
    const base = ["learn", "--hidden", "40", "--epochs", "2", "--workers", "1", "--train-samples", "400"];
    const held = await atlasJson<Output>([...base, "--data", images, "--hold-out", "150"]);
    const direct = await atlasJson<Output>([...base, "--data", cut, "--test-samples", "150"]);
    expect(timeless(held.epochs)).toEqual(timeless(direct.epochs));
    expect(held.parameters).toMatchObject({ holdOut: 150, testSamples: 150, trainSamples: 400 });
  });

  test("--hold-out leaves the rest of MNIST to a preset that takes all of it", async () => {
    // Refused late, by the number of images in this folder: the message shows what was asked for.
    const { code, messages } = await atlas([
      ...["learn", "--preset", "large", "--data", images, "--hold-out", "100"],
    ]);
    expect(code).toBe(2);
    expect(messages).toEqual([expect.stringMatching(/^--train-samples .* 500, got 59900$/)]);
  });

  test("without --json a table for people; the same seed is the same run on two workers", async () => {
    const table = await atlas([...small(), "--epochs", "1"]);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^epoch +train % +test % +hidden updates %.*status\n +1 .*ok\n$/);
    const run = [...small(), "--hidden", "70"];
    const one = await atlasJson<Output>(run);
    const two = await atlasJson<Output>([...run, "--workers", "2"]);
    const other = await atlasJson<Output>([...run, "--seed", "2"]);
    expect(timeless(two.epochs)).toEqual(timeless(one.epochs));
    expect(timeless(other.epochs)).not.toEqual(timeless(one.epochs));
  });

  test.each(["random-features", "reservoir", "mlp", "perceptron"])("--baseline %s", async (baseline) => {
    const hidden = baseline === "perceptron" ? [] : ["--hidden", "60"];
    const { epochs, parameters } = await atlasJson<Output>([
      ...["learn", "--data", images, "--train-samples", "400", "--test-samples", "150"],
      ...["--epochs", "4", "--workers", "1", "--baseline", baseline, ...hidden],
    ]);
    expect(parameters).toMatchObject({ method: baseline, trainSamples: 400, epochs: 4, seed: 1 });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(epochs[3]!.testAccuracy).toBeGreaterThan(0.4);
    const network = baseline === "random-features" || baseline === "reservoir";
    expect(epochs[3]!.readoutUpdates).toEqual(network ? expect.any(Number) : null);
    expect(epochs[3]!.hiddenUpdates).toEqual(network ? expect.any(Number) : null);
  });
});

describe("what is said of runs that are allowed", () => {
  const said = async (...options: string[]) => {
    const base = ["learn", "--data", images, "--train-samples", "400", "--test-samples", "150"];
    const { code, messages } = await atlas([...base, "--epochs", "1", "--workers", "1", ...options]);
    expect(code).toBe(0);
    return messages;
  };

  test.each([[], ["--baseline", "mlp"], ["--baseline", "reservoir"]])(
    "fewer neurons than inputs: one line %j %s",
    async (...baseline) => {
      expect(await said("--hidden", "50", ...baseline)).toEqual([
        "--hidden 50 is below the 100 inputs: 50 binary neurons cannot hold all that the input carries",
      ]);
      expect(await said("--hidden", "100", ...baseline)).toEqual([]);
    },
  );

  test("the perceptron has no layer to be narrow", async () => {
    expect(await said("--baseline", "perceptron")).toEqual([]);
  });

  test("random features say null where couplings would be", async () => {
    const options = [...small(), "--epochs", "1", "--baseline", "random-features"];
    const { epochs } = await atlasJson<Output>(options);
    expect(epochs[0]).toMatchObject({ status: "ok", meanSweeps: null, settled: null, symmetry: null });
  });

  test("a readout that diverges: the finished epoch is printed, exit code 1", async () => {
    const options = ["--baseline", "reservoir", "--rate-readout", "1e4", "--json"];
    const { code, stdout, messages } = await atlas([...small(), ...options]);
    const { epochs } = JSON.parse(stdout) as Output;
    expect([code, epochs.map(({ status }) => status)]).toEqual([1, ["ok", "not-converged", "unstarted"]]);
    expect(messages.at(-1)).toMatch(/^weights readout are no longer finite after epoch 2/);
  });
});

describe("bad input gets one line that names it", () => {
  const refused: [RegExp, string[]][] = [
    [/--preset must be one of small, large, tuned/, ["--preset", "huge"]],
    [/--baseline must be one of/, ["--baseline", "svm"]],
    [/--hidden/, ["--hidden", "1"]],
    [/--hidden/, ["--hidden", "40000"]],
    [/--epochs/, ["--epochs", "0"]],
    [/--train-samples/, ["--train-samples", "0"]],
    [/--test-samples/, ["--test-samples", "1.5"]],
    [/--hold-out/, ["--hold-out", "0"]],
    [/--hold-out does not go with --test-samples/, ["--hold-out", "10", "--test-samples", "10"]],
    [/--data must be a folder/, ["--data", ""]],
    [/--out must be a folder/, ["--out", ""]],
    [/--jd/, ["--jd", "-0.1"]],
    [/--jd/, ["--jd", "0.1,0.2"]],
    [/--layers 2 needs --lambda above 0/, ["--layers", "2"]],
    [/layer 1 is cut off/, ["--layers", "2", "--lambda", "0"]],
    [/--lambda couples layers/, ["--lambda", "0.3"]],
    [/--margin/, ["--margin", "NaN"]],
    [/--sweeps/, ["--sweeps", "0"]],
    [/^--sweeps must be an integer from 3/, ["--layers", "3", "--lambda", "1", "--sweeps", "2"]],
    [/--batch/, ["--batch", "2000"]],
    [/--schedule must be one of constant, linear, cosine/, ["--schedule", "exponential"]],
    [/--feedback must be one of frozen, learned, absent/, ["--feedback", "none"]],
    [/--free-phase must be one of removed, annealed, none/, ["--free-phase", "kept"]],
    [/--update-probability/, ["--update-probability", "0"]],
    [/--rate-couplings/, ["--rate-couplings", "-1"]],
    [/--rate-feedback goes with --feedback learned/, ["--rate-feedback", "0.1"]],
    [/--input-strength/, ["--input-strength", "Infinity"]],
    [/--readout-targets must be one of scaled, published/, ["--readout-targets", "other"]],
    [/--jd does not go with --baseline random-features/, ["--baseline", "random-features", "--jd", "0.2"]],
    [/--margin does not go with --baseline reservoir/, ["--baseline", "reservoir", "--margin", "1"]],
    [/--out does not go with --baseline mlp/, ["--baseline", "mlp", "--out", "nowhere"]],
    [/--hidden does not go with --baseline perceptron/, ["--baseline", "perceptron", "--hidden", "9"]],
    [/--workers/, ["--workers", "0"]],
  ];

  test.each(refused)("%s: %j", async (pattern, options) => {
    const { code, stdout, messages } = await atlas(["learn", ...options]);
    expect([code, stdout, messages.length]).toEqual([2, "", 1]);
    expect(messages[0]).toMatch(pattern);
    expect(messages[0]).not.toContain("\n");
  });

  test("data: a class without a sample, a single class, too few images, a damaged or missing file", async () => {
    const single = temporaryFolder();
    writeImages(single, [40, 20], 1);
    const damaged = temporaryFolder();
    writeImages(damaged, [40, 20]);
    truncateSync(join(damaged, "train-images-idx3-ubyte"), 1000);
    const empty = temporaryFolder();
    mkdirSync(join(empty, "inside"));
    const samples = (train: number, test: number): string[] => [
      ...["--train-samples", String(train), "--test-samples", String(test)],
    ];
    const cases: [number, RegExp, string[]][] = [
      [
        2,
        /training data .* got none of class(es)? [\d, ]+ in 9 samples/,
        ["--data", images, "--train-samples", "9", "--test-samples", "9"],
      ],
      [
        2,
        /classes 1, 2, 3, 4, 5, 6, 7, 8, 9/,
        ["--data", single, "--train-samples", "40", "--test-samples", "20"],
      ],
      [2, /^--train-samples must be an integer from 1 to 600, got 6000/, ["--data", images]],
      [1, /train-images-idx3-ubyte is cut short/, ["--data", damaged]],
      [1, /train-images are missing in/, ["--data", empty]],
      [1, /there is no such folder/, ["--data", join(empty, "absent")]],
      [
        1,
        /train-images-idx3-ubyte: it is not a folder$/,
        ["--data", join(images, "train-images-idx3-ubyte")],
      ],
      [2, /^--test-samples must be .* to 200, got 201$/, ["--data", images, ...samples(400, 201)]],
      [2, /^--hold-out must be .* to 599, got 600$/, ["--data", images, "--hold-out", "600"]],
    ];
    for (const [expected, pattern, options] of cases) {
      const { code, stdout, messages } = await atlas(["learn", ...options]);
      expect(messages).toEqual([expect.stringMatching(pattern)]);
      expect([code, stdout]).toEqual([expected, ""]);
      expect(messages[0]).not.toContain("\n");
    }
  });
});
