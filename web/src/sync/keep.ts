// What is not saved yet, kept in this browser across reloads and restarts. One entry per document (room,
// lineage, person, client id), holding the updates of its outbox; the next page of the same person sends them.
// Where the browser keeps nothing (private windows), everything works as before, for as long as the page lives.

import * as idb from "lib0/indexeddb";
import type { Note } from "../model/page";

const NAME = "tablee";
const STORE = "outbox";
const SPACING_MS = 150;
/** Stands where the lineage stands in other keys: drafts do not belong to a document. */
const DRAFTS = "drafts";

/** Drafts that the server lacks: as they are now, and those that are gone. */
export interface UnsentDrafts {
  notes: Note[];
  gone: string[];
  /** As the server had them. */
  known: Note[];
  /** Ids of those that belong to nobody. */
  nameless: string[];
}

export interface Whose {
  room: string;
  lineage: string;
  person: string;
  client: number;
}

const keyOf = (whose: Whose) => `${whose.room} ${whose.lineage} ${whose.person} ${whose.client}`;

/** Rooms of which this browser keeps changes that this person has not seen saved. */
export async function keptRooms(person: string): Promise<string[]> {
  const keys = (await withStore("readonly", (store) => idb.getAllKeys(store))) ?? [];
  const parts = keys.map((key) => String(key).split(" "));
  return [...new Set(parts.flatMap(([room, , whose]) => (room && whose === person ? [room] : [])))];
}

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

const draftsKey = (room: string, person: string) => `${room} ${DRAFTS} ${person} `;

/** Keep what this page could not send of drafts; nothing takes the entry away. Whether the browser took it. */
export async function keepDrafts(
  room: string,
  person: string,
  page: string,
  unsent: UnsentDrafts,
): Promise<boolean> {
  const key = draftsKey(room, person) + page;
  if (unsent.notes.length + unsent.gone.length === 0) {
    await withStore<unknown>("readwrite", (store) => idb.del(store, key));
    return true;
  }
  const put = await withStore("readwrite", (store) => idb.put(store, unsent as unknown as ArrayBuffer, key));
  return put !== undefined;
}

/** What earlier pages of this person could not send of drafts, and the call that forgets it. */
export async function leftDrafts(
  room: string,
  person: string,
  page: string,
): Promise<{
  unsent: (Omit<UnsentDrafts, "known" | "nameless"> & Partial<UnsentDrafts>)[];
  forget: () => Promise<void>;
}> {
  const start = draftsKey(room, person);
  const all = await withStore("readonly", (store) => idb.getAllKeysValues(store, startingWith(start)));
  const found = (all ?? []).filter((one) => one.k !== start + page);
  return {
    unsent: found.map((one) => one.v as UnsentDrafts),
    forget: async () => {
      await withStore("readwrite", async (store) => {
        for (const one of found) await idb.del(store, one.k);
      });
    },
  };
}

export class Keep {
  /** Whether the browser took what was last given to it. */
  works = true;
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
    if (latest.updates.length === 0) await withStore<unknown>("readwrite", (store) => idb.del(store, key));
    else this.works = (await withStore("readwrite", (store) => idb.put(store, value, key))) !== undefined;
  }

  /**
   * What earlier pages of this person left behind: for this document, for documents the room had in an older
   * life, and the call that forgets both.
   */
  async left(
    whose: Whose,
  ): Promise<{ updates: Uint8Array[]; older: Uint8Array[]; forget: () => Promise<void> }> {
    const found =
      (await withStore("readonly", (store) => idb.getAllKeysValues(store, startingWith(`${whose.room} `)))) ??
      [];
    const others = found.filter((one) => {
      const [, lineage, person] = String(one.k).split(" ");
      return one.k !== keyOf(whose) && lineage !== DRAFTS && person === whose.person;
    });
    const updatesOf = (same: boolean) =>
      others
        .filter((one) => (String(one.k).split(" ")[1] === whose.lineage) === same)
        .flatMap((one) => (Array.isArray(one.v) ? (one.v as Uint8Array[]) : []));
    return {
      updates: updatesOf(true),
      older: updatesOf(false),
      forget: async () => {
        await withStore("readwrite", async (store) => {
          for (const one of others) await idb.del(store, one.k);
        });
      },
    };
  }

  /** Nothing of this room stays in this browser, or nothing of one person's. */
  async forgetRoom(room: string, person?: string): Promise<void> {
    this.latest = null;
    await withStore<unknown>("readwrite", async (store) => {
      if (person === undefined) return idb.del(store, startingWith(`${room} `));
      for (const key of await idb.getAllKeys(store, startingWith(`${room} `)))
        if (String(key).split(" ")[2] === person) await idb.del(store, key);
    });
  }
}
