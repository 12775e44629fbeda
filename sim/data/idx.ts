/**
 * @file Reader of IDX files, the format of MNIST and its relatives: 00 00, element type, number of dimensions, their
 * sizes as big-endian 32-bit integers, then the elements. Streams, so that no more than the result is held in memory.
 */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { getSystemErrorMap } from "node:util";
import { createGunzip } from "node:zlib";
import { requireInteger } from "../../theory/errors.ts";

/** A data file that is missing, foreign or damaged; the message is one line that names the file and the reason. */
export class DataError extends Error {
  override readonly name = "DataError";
}

/** The content of an IDX file of unsigned bytes, or of its first items. */
export interface IdxArray {
  /** Sizes of what was read, slowest first; the first is the number of items. */
  readonly dimensions: number[];
  /** The elements, last dimension fastest. */
  readonly values: Uint8Array;
  /** Number of items in the whole file, by its header. */
  readonly itemsInFile: number;
}

/** Element types of IDX by their code; only the first is read. */
const unsignedByte = 0x08;
const elementTypes: Readonly<Record<number, string>> = {
  [unsignedByte]: "unsigned bytes",
  0x09: "signed bytes",
  0x0b: "16-bit integers",
  0x0c: "32-bit integers",
  0x0d: "32-bit floats",
  0x0e: "64-bit floats",
};

const magicLength = 4;
const dimensionLength = 4;
const mostDimensions = 4;
/** Largest array that is read, 2 GiB: 50 times MNIST, and a safe length of typed arrays. */
const largestLength = 2 ** 31 - 1;
/** Deflate never packs more than 1032 bytes into one (zlib's technical notes). */
const largestCompression = 1032;
/** Bytes asked of the disk at once. */
const chunkLength = 1 << 18;

/**
 * Reads an IDX file of unsigned bytes; one that begins with 1f 8b is unpacked with gzip, whatever its name.
 * @param path the file
 * @param options.most reads no more than this many items (slices along the first dimension), at least 1; what follows
 *   them in the file is then not looked at. Default: the whole file, which must end with its last item.
 * @param options how much is read
 * @returns sizes and elements
 * @throws DataError if the file is missing, no IDX file, of another element type, cut short, longer than its header
 *   says, or damaged gzip
 * @throws OutOfDomain if `most` is no positive integer
 * @source IDX format of the MNIST database (LeCun, Cortes & Burges)
 */
export async function readIdx(path: string, { most }: { readonly most?: number } = {}): Promise<IdxArray> {
  if (most !== undefined) requireInteger("readIdx: most", most, 1, Number.MAX_SAFE_INTEGER);
  const kind = await wrapped(path, () => inspect(path));
  const bytes = new ByteSource(kind.zipped ? unzippedChunks(path) : plainChunks(path));
  try {
    return await wrapped(path, () => readArray(path, bytes, { ...kind, most }));
  } finally {
    await bytes.close();
  }
}

interface FileKind {
  /** Bytes of the file. */
  readonly size: number;
  readonly zipped: boolean;
}

/** Size and packing of a file, from its entry in the folder and its first two bytes. */
async function inspect(path: string): Promise<FileKind> {
  const entry = await stat(path);
  if (!entry.isFile()) throw new DataError(`cannot read ${path}: it is not a regular file`);
  if (entry.size === 0) throw new DataError(`cannot read ${path}: the file is empty`);
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
    return { size: entry.size, zipped: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b };
  } finally {
    await file.close();
  }
}

async function readArray(
  path: string,
  bytes: ByteSource,
  { size, zipped, most }: FileKind & { readonly most: number | undefined },
): Promise<IdxArray> {
  const sizes = await readHeader(path, bytes);
  const [itemsInFile, ...itemSizes] = sizes as [number, ...number[]];
  const items = Math.min(most ?? itemsInFile, itemsInFile);
  const dimensions = [items, ...itemSizes];
  const length = product(dimensions);
  if (sizes.includes(0) || length > largestLength) {
    throw new DataError(
      `${path} is damaged: its header says ${sizes.join(" × ")} elements (1 to ${largestLength} can be read)`,
    );
  }
  // Checked before the array is made: a damaged header must not ask for memory that the file cannot fill.
  const headerLength = magicLength + sizes.length * dimensionLength;
  const available = zipped ? size * largestCompression : size;
  if (headerLength + length > available) throw cutShort(path, dimensions, available - headerLength);

  const values = new Uint8Array(length);
  const filled = await bytes.fill(values);
  if (filled < length) throw cutShort(path, dimensions, filled);
  if (items === itemsInFile && (await bytes.fill(new Uint8Array(1))) > 0) {
    throw new DataError(`${path} is damaged: more bytes follow its ${sizes.join(" × ")} elements`);
  }
  return { dimensions, values, itemsInFile };
}

/** Magic number and sizes of the dimensions. */
async function readHeader(path: string, bytes: ByteSource): Promise<number[]> {
  const magic = new Uint8Array(magicLength);
  const filled = await bytes.fill(magic);
  const [zero0, zero1, type, count] = magic;
  const typeName = elementTypes[type];
  if (filled < magicLength || zero0 !== 0 || zero1 !== 0 || typeName === undefined) {
    const begin = Array.from(magic.subarray(0, filled), (byte) => byte.toString(16).padStart(2, "0"));
    throw new DataError(`${path} is not an IDX file: it begins with ${begin.join(" ")}, not with 00 00 08`);
  }
  if (type !== unsignedByte) {
    throw new DataError(`${path} holds ${typeName}; only IDX files of unsigned bytes are read`);
  }
  if (count < 1 || count > mostDimensions) {
    throw new DataError(
      `${path} is damaged: an array of ${count} dimensions (1 to ${mostDimensions} are read)`,
    );
  }
  const sizes = new Uint8Array(count * dimensionLength);
  if ((await bytes.fill(sizes)) < sizes.length) throw new DataError(`${path} is cut short inside its header`);
  const view = new DataView(sizes.buffer);
  return Array.from({ length: count }, (_, k) => view.getUint32(k * dimensionLength));
}

const product = (factors: readonly number[]): number => factors.reduce((result, factor) => result * factor);

function cutShort(path: string, dimensions: readonly number[], present: number): DataError {
  const expected = `${dimensions.join(" × ")} = ${product(dimensions)} elements`;
  return new DataError(`${path} is cut short: ${expected} expected, at most ${Math.max(0, present)} there`);
}

/** Takes bytes out of a sequence of chunks in the portions that are asked for. */
class ByteSource {
  readonly #chunks: AsyncGenerator<Uint8Array, void>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncGenerator<Uint8Array, void>) {
    this.#chunks = chunks;
  }

  /** Writes the next bytes into `target`; returns their number, smaller than its length only at the end. */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) break;
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return filled;
  }

  /** Closes the file, also before its end. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }
}

async function* plainChunks(path: string): AsyncGenerator<Uint8Array, void> {
  yield* createReadStream(path, { highWaterMark: chunkLength });
}

async function* unzippedChunks(path: string): AsyncGenerator<Uint8Array, void> {
  const unzip = createGunzip({ chunkSize: chunkLength });
  // The pipeline hands a failure of the file on to `unzip`, whose reader below then throws it.
  pipeline(createReadStream(path, { highWaterMark: chunkLength }), unzip, () => undefined);
  yield* unzip;
}

/** Runs a part of the reading; failures of the system and of gzip become a {@link DataError}. */
async function wrapped<R>(path: string, operation: () => Promise<R>): Promise<R> {
  try {
    return await operation();
  } catch (error) {
    throw error instanceof DataError ? error : unreadable(path, error);
  }
}

/**
 * The error of a file or folder that the system, or gzip, could not read.
 * @param path what was read
 * @param error what the operation threw
 * @returns the error, to be thrown
 * @source convention of this package: one line that names what could not be read, and why
 */
export function unreadable(path: string, error: unknown): DataError {
  return new DataError(`cannot read ${path}: ${reasonOf(error)}`, { cause: error });
}

/** Why a file could not be read, in plain words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = "", errno, message }: NodeJS.ErrnoException = error;
  if (code === "Z_BUF_ERROR") return "the gzip file is cut short";
  if (code.startsWith("Z_")) return `damaged gzip data (${message})`;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
