/**
 * @file The notebook format (nbformat 4.5) as far as these notebooks use it, and one way to write it: no times of
 * execution, sources as lines, the same order of keys, so that a notebook changes only where its content does.
 */
import { z } from "zod";

/** Text as the format stores it: one string, or its lines. */
const text = z.union([z.string(), z.array(z.string())]);

const bundle = z.record(z.string(), z.unknown());

const output = z.discriminatedUnion("output_type", [
  z.object({ output_type: z.literal("stream"), name: z.string(), text }),
  z.object({ output_type: z.literal("display_data"), data: bundle }),
  z.object({ output_type: z.literal("execute_result"), data: bundle }),
  z.object({ output_type: z.literal("error"), ename: z.string(), evalue: z.string() }),
]);

const cell = z.discriminatedUnion("cell_type", [
  z.object({ cell_type: z.literal("markdown"), id: z.string(), source: text }),
  z.object({ cell_type: z.literal("code"), id: z.string(), source: text, outputs: z.array(output) }),
]);

const notebook = z.object({ cells: z.array(cell), nbformat: z.literal(4) });

export type Output = z.infer<typeof output>;
export type NotebookCell = z.infer<typeof cell>;
export type Notebook = z.infer<typeof notebook>;

/** A file is no notebook of the kind that is kept here. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

/** Text in one piece. */
export const wholeText = (value: string | readonly string[]): string =>
  typeof value === "string" ? value : value.join("");

/**
 * Reads a notebook.
 * @param json content of the file
 * @throws NotebookError naming what is not as the format has it
 */
export function parseNotebook(json: string): Notebook {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (error) {
    throw new NotebookError(`not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = notebook.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NotebookError(`not a notebook: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Outputs with what a stream wrote in pieces put together: where it is cut depends on the moment. */
export function joinStreams(outputs: readonly Output[]): Output[] {
  const joined: Output[] = [];
  for (const one of outputs) {
    const last = joined.at(-1);
    if (one.output_type === "stream" && last?.output_type === "stream" && last.name === one.name) {
      joined[joined.length - 1] = { ...last, text: wholeText(last.text) + wholeText(one.text) };
    } else {
      joined.push(one);
    }
  }
  return joined;
}

/** Lines with their ends, as the format likes them. */
const lines = (value: string): string[] => (value === "" ? [] : value.split(/(?<=\n)/));

function storedData(data: MimeData): MimeData {
  const kept = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    kept.map(([type, value]) => [
      type,
      type.startsWith("text/") ? lines(wholeText(value as string | string[])) : value,
    ]),
  );
}

type MimeData = z.infer<typeof bundle>;

function storedOutput(one: Output, count: number): object {
  switch (one.output_type) {
    case "stream":
      return { name: one.name, output_type: "stream", text: lines(wholeText(one.text)) };
    case "display_data":
      return { data: storedData(one.data), metadata: {}, output_type: "display_data" };
    case "execute_result":
      return {
        data: storedData(one.data),
        execution_count: count,
        metadata: {},
        output_type: "execute_result",
      };
    case "error":
      throw new NotebookError(`a cell failed: ${one.ename}: ${one.evalue}`);
  }
}

/** Metadata of every notebook here: what opens it with the Deno kernel and colours its code. */
const metadata = {
  kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
  language_info: { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" },
};

/**
 * The notebook as text, the same for the same content.
 * @throws NotebookError when an output is an error
 */
export function formatNotebook({ cells }: Notebook): string {
  let count = 0;
  const stored = cells.map((one) => {
    const source = lines(wholeText(one.source));
    if (one.cell_type === "markdown") return { cell_type: "markdown", id: one.id, metadata: {}, source };
    count += 1;
    return {
      cell_type: "code",
      execution_count: count,
      id: one.id,
      metadata: {},
      outputs: joinStreams(one.outputs).map((output) => storedOutput(output, count)),
      source,
    };
  });
  return `${JSON.stringify({ cells: stored, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}
