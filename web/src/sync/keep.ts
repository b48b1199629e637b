// What is not saved yet, kept in this browser across reloads and restarts. One entry per document (room,
// lineage, person, client id), holding the updates of its outbox; the next page of the same person sends them.
// Where the browser keeps nothing (private windows), everything works as before, for as long as the page lives.

import * as idb from "lib0/indexeddb";

const NAME = "tablee";
const STORE = "outbox";
const SPACING_MS = 150;

export interface Whose {
  room: string;
  lineage: string;
  person: string;
  client: number;
}

const keyOf = (whose: Whose) => `${whose.room} ${whose.lineage} ${whose.person} ${whose.client}`;

const startingWith = (start: string) => idb.createIDBKeyRangeBound(start, `${start}\uffff`, false, false);

let database: Promise<IDBDatabase | null> | undefined;

function open(): Promise<IDBDatabase | null> {
  database ??= (async () => {
    try {
      return await idb.openDB(NAME, (db) => idb.createStores(db, [[STORE]]));
    } catch {
      return null;
    }
  })();
  return database;
}

async function withStore<T>(access: "readonly" | "readwrite", work: (store: IDBObjectStore) => Promise<T>) {
  const db = await open();
  if (db === null) return undefined;
  try {
    const [store] = idb.transact(db, [STORE], access);
    return store ? await work(store) : undefined;
  } catch {
    return undefined; // no room left, or the browser has closed it: what is in memory still goes out
  }
}

export class Keep {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private latest: { whose: Whose; updates: readonly Uint8Array[] } | null = null;
  private empty = true;

  constructor() {
    addEventListener("pagehide", () => void this.flush());
  }

  /** These are the updates of this document that are not saved. */
  keep(whose: Whose, updates: readonly Uint8Array[]): void {
    if (updates.length === 0 && this.empty) return;
    this.empty = updates.length === 0;
    this.latest = { whose, updates };
    this.timer ??= setTimeout(() => void this.flush(), SPACING_MS);
  }

  /** Write now what would be written in a moment. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const latest = this.latest;
    this.latest = null;
    if (latest === null) return;
    const key = keyOf(latest.whose);
    // the browser keeps any structure, whatever the types of the helper say
    const value = [...latest.updates] as unknown as ArrayBuffer;
    await withStore<unknown>("readwrite", (store) =>
      latest.updates.length === 0 ? idb.del(store, key) : idb.put(store, value, key),
    );
  }

  /** What earlier pages of this person left behind for this document, and the call that forgets it. */
  async left(whose: Whose): Promise<{ updates: Uint8Array[]; forget: () => Promise<void> }> {
    const start = `${whose.room} ${whose.lineage} ${whose.person} `;
    const found =
      (await withStore("readonly", (store) => idb.getAllKeysValues(store, startingWith(start)))) ?? [];
    const others = found.filter((one) => one.k !== keyOf(whose));
    return {
      updates: others.flatMap((one) => (Array.isArray(one.v) ? (one.v as Uint8Array[]) : [])),
      forget: async () => {
        await withStore("readwrite", async (store) => {
          for (const one of others) await idb.del(store, one.k);
        });
      },
    };
  }

  /** Nothing of this room stays in this browser. */
  forgetRoom(room: string): void {
    this.latest = null;
    void withStore("readwrite", (store) => idb.del(store, startingWith(`${room} `)));
  }
}
