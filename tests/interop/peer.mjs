// An ordinary Yjs client: genuine yjs and y-websocket, nothing of Tablée.
//
//   node peer.mjs WS_ADDRESS ROOM (header TOKEN | ticket TICKET) [SUBPROTOCOL]
//
// Takes one JSON command a line on standard input and answers each with one line of JSON:
// wait for a state, change something, tell what it sees.
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const [address, room, how, secret, subprotocol] = process.argv.slice(2);

class Authorised extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, how === "header" ? { headers: { Authorization: `Bearer ${secret}` } } : {});
  }
}

const doc = new Y.Doc();
const notes = doc.getMap("notes");
const closes = [];
let given = 0;
const provider = new WebsocketProvider(`${address}/ws`, room, doc, {
  WebSocketPolyfill: Authorised,
  params: how === "ticket" ? { ticket: secret } : {},
  protocols: subprotocol ? [subprotocol] : [],
  disableBc: true,
});
provider.on("connection-close", (event) => closes.push(event?.code ?? null));
provider.on("closed", () => {
  given += 1;
});

const changed = new Set();
const look = () => {
  for (const one of changed) one();
};
doc.on("update", look);
provider.on("sync", look);
provider.on("status", look);
provider.on("closed", look);
provider.awareness.on("change", look);

/** Resolves once `seen()` holds. */
const until = (seen) =>
  new Promise((resolve) => {
    const check = () => {
      if (!seen()) return;
      changed.delete(check);
      resolve();
    };
    changed.add(check);
    check();
  });

const text = (id) => notes.get(id)?.get("text")?.toString();
const sees = () => ({
  client: doc.clientID,
  notes: notes.toJSON(),
  people: [...provider.awareness.getStates()]
    .filter(([client]) => client !== doc.clientID)
    .map(([, state]) => state.user?.name)
    .sort(),
  vector: [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort((a, b) => a[0] - b[0]),
  closes,
  given,
});

const commands = {
  synced: () => until(() => provider.synced),
  text: ({ note, text: wanted }) => until(() => text(note) === wanted),
  gone: ({ note }) => until(() => !notes.has(note)),
  person: ({ name }) => until(() => sees().people.includes(name)),
  ended: () => until(() => given > 0),
  again: () => until(() => closes.length > 0 && provider.synced),
  see: () => {},
  show: ({ state }) => {
    for (const [key, value] of Object.entries(state)) provider.awareness.setLocalStateField(key, value);
  },
  add: ({ note, value }) =>
    doc.transact(() => {
      const { text: words, ...plain } = value;
      const made = new Y.Map(Object.entries(plain));
      made.set("text", new Y.Text(words));
      made.set("fields", new Y.Map());
      notes.set(note, made);
    }),
  insert: ({ note, at, words }) => notes.get(note).get("text").insert(at, words),
  cut: ({ note, at, length }) => notes.get(note).get("text").delete(at, length),
  move: ({ note, place }) => notes.get(note).set("place", place),
  remove: ({ note }) => notes.delete(note),
  drop: () => provider.ws.terminate(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  await commands[command.do](command);
  process.stdout.write(`${JSON.stringify(sees())}\n`);
}
provider.destroy();
process.exit(0);
