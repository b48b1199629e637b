// Genuine Yjs as a judge of what a room took: no network, nothing of Tablée.
//
// Standard input: jobs, each its size (32 bits, big-endian), then parts, each its size and its bytes:
// a whole state, then updates in order. Standard output: one answer a job, its size and JSON:
//   whole, each  {content, vector, deletions, pending}: the state in one document, the updates one by one in another
//   back         the first document as an update, base64
//   error        instead of all that, when Yjs fails
import * as Y from "yjs";

const roots = process.argv.slice(2);

/** Whole jobs from standard input, as they come. */
async function* jobs() {
  let held = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const end = 4 + held.readUInt32BE(0);
      yield held.subarray(4, end);
      held = held.subarray(end);
    }
  }
}

function parts(job) {
  const out = [];
  for (let at = 0; at < job.length; ) {
    const size = job.readUInt32BE(at);
    out.push(job.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return out;
}

function fresh() {
  const doc = new Y.Doc();
  for (const root of roots) doc.getMap(root);
  return doc;
}

function sees(doc) {
  const { ds } = Y.decodeUpdate(Y.encodeStateAsUpdate(doc));
  return {
    content: Object.fromEntries(roots.map((root) => [root, doc.getMap(root).toJSON()])),
    vector: [...Y.decodeStateVector(Y.encodeStateVector(doc))],
    deletions: [...ds.clients].map(([client, ranges]) => [
      client,
      ranges.map(({ clock, len }) => [clock, len]),
    ]),
    pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
  };
}

function judge([state, ...updates]) {
  const whole = fresh();
  Y.applyUpdate(whole, state);
  const each = fresh();
  for (const update of updates) Y.applyUpdate(each, update);
  const back = Buffer.from(Y.encodeStateAsUpdate(whole)).toString("base64");
  return { whole: sees(whole), each: sees(each), back };
}

// undefined is null to everybody else; a BigInt must not pass for a number, since no browser can save it as JSON
const plain = (_key, value) =>
  typeof value === "bigint" ? { bigint: String(value) } : value === undefined ? null : value;

function answer(value) {
  const body = Buffer.from(JSON.stringify(value, plain));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length);
  process.stdout.write(Buffer.concat([size, body]));
}

for await (const job of jobs()) {
  let verdict;
  try {
    verdict = judge(parts(job));
  } catch (error) {
    verdict = { error: String(error?.stack ?? error).slice(0, 500) };
  }
  answer(verdict);
}
