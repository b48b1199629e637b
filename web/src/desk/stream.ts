// Reads an answer of the server as it comes: lines of JSON, and after a line that announces one, a file.

export type Line = Readonly<Record<string, unknown>>;

export interface Received {
  name: string;
  bytes: Uint8Array<ArrayBuffer>[];
}

const NEW_LINE = 0x0a;

/** The answer ended before all of it was there, or is not what was agreed. */
export class BrokenStream extends Error {}

/** `heard` is told each line; the file that a line `{file, bytes}` announces comes back, or null without one. */
export async function readStream(
  parts: AsyncIterable<Uint8Array>,
  heard: (line: Line) => void,
): Promise<Received | null> {
  const decoder = new TextDecoder();
  let begun: Uint8Array[] = [];
  let file: Received | null = null;
  let left = 0;

  const line = () => {
    const text = begun.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
    begun = [];
    if (text.trim() === "") return;
    const value = parsed(text);
    heard(value);
    if (typeof value.file !== "string") return;
    left = Number(value.bytes);
    if (!Number.isSafeInteger(left) || left < 0) throw new BrokenStream("size");
    file = { name: value.file, bytes: [] };
  };

  for await (const part of parts) {
    let at = 0;
    while (at < part.length && file === null) {
      const end = part.indexOf(NEW_LINE, at);
      begun.push(part.subarray(at, end < 0 ? part.length : end));
      at = end < 0 ? part.length : end + 1;
      if (end >= 0) line();
    }
    if (at === part.length) continue;
    const rest = part.slice(at);
    left -= rest.length;
    if (left < 0) throw new BrokenStream("longer than announced");
    (file as Received | null)?.bytes.push(rest);
  }
  if (file === null) line();
  if (left > 0) throw new BrokenStream("shorter than announced");
  return file;
}

function parsed(text: string): Line {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Line;
  } catch {
    // said below
  }
  throw new BrokenStream("not a line of JSON");
}

/** The parts of an answer's body; not every browser goes through a stream by itself. */
export async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined); // whoever asked may have left already
  }
}
