// What can be taken home: which files there are and how big, what is ticked, and the zip while it is made.

import { t } from "../ui/i18n";
import type { Desk } from "./desk";
import { BrokenStream, type Line, partsOf, readStream } from "./stream";

export type Names = "names" | "structures" | "none";

/** People may still write: what was told is asked again after so long, when the page comes back to it. */
const FRESH_MS = 60_000;

export interface Item {
  id: string;
  /** The file of this item alone, and what `GET …/export.<format>` is asked besides. */
  formats: readonly { format: string; words: () => string; query?: Readonly<Record<string, string>> }[];
  icon: string;
  title: () => string;
  about: (pages: number | null) => string;
  /** Only where the server says that there is something. */
  some?: boolean;
  ticked?: boolean;
}

/** In the order of the page and of the zip. */
export const ITEMS: readonly Item[] = [
  {
    id: "canvases",
    formats: [{ format: "pdf", words: () => "PDF", query: { set: "canvases" } }],
    icon: "file-text",
    title: () => t("Canevas, A3"),
    about: () => t("PDF, à plier en deux"),
    ticked: true,
  },
  {
    id: "sheets",
    formats: [{ format: "pdf", words: () => "PDF", query: { set: "sheets" } }],
    icon: "files",
    title: () => t("Fiches, A4 recto verso"),
    about: (pages) => (pages === null ? t("PDF") : t("PDF, {n} pages", { n: pages })),
    ticked: true,
  },
  {
    id: "images",
    formats: [
      { format: "png", words: () => t("PNG, en points") },
      { format: "svg", words: () => t("SVG, en traits") },
    ],
    icon: "image",
    title: () => t("Images"),
    about: () => t("PNG et SVG, un tableau par fichier"),
  },
  {
    id: "report",
    formats: [
      { format: "docx", words: () => t("DOCX, pour un traitement de texte") },
      { format: "odt", words: () => t("ODT, format ouvert") },
      { format: "md", words: () => t("Markdown, texte simple") },
      { format: "wiki", words: () => t("Wiki, pour MediaWiki") },
    ],
    icon: "notebook-pen",
    title: () => t("Compte rendu"),
    about: () => t("DOCX, ODT et Markdown, à compléter"),
    ticked: true,
  },
  {
    id: "table",
    formats: [{ format: "xlsx", words: () => "XLSX" }],
    icon: "sheet",
    title: () => t("Notes en tableur"),
    about: () => t("XLSX, une feuille par support"),
    ticked: true,
  },
  {
    id: "csv",
    formats: [{ format: "csv", words: () => "CSV" }],
    icon: "table",
    title: () => t("Notes brutes"),
    about: () => t("CSV, UTF-8, point-virgule"),
  },
  {
    id: "data",
    formats: [{ format: "json", words: () => "JSON" }],
    icon: "braces",
    title: () => t("Données structurées"),
    about: () => t("JSON, schéma documenté"),
  },
  {
    id: "yjs",
    formats: [{ format: "yjs", words: () => "Yjs" }],
    icon: "history",
    title: () => t("Instantané Yjs"),
    about: () => t("Pour rouvrir ou migrer les tableaux"),
  },
  {
    id: "calendar",
    formats: [{ format: "ics", words: () => "iCalendar" }],
    icon: "calendar",
    title: () => t("Échéances des actions"),
    about: () => t("iCalendar, pour votre agenda"),
    some: true,
  },
  {
    id: "photos",
    formats: [{ format: "jpg", words: () => "JPEG" }],
    icon: "camera",
    title: () => t("Photos des tableaux"),
    about: () => t("JPEG, sans lieu ni appareil"),
    some: true,
  },
];

/** One file, or several of one format: what they weigh, and how many pages one has. */
export interface Known {
  bytes: number;
  files: number;
  pages: number | null;
}

type Zip =
  | { state: "making"; done: number; of: number; item: string | null }
  | { state: "saved"; name: string; bytes: number }
  | { state: "failed"; words: string };

export class Exports {
  /** What the server has said of each item, by format. */
  readonly known = new Map<string, Map<string, Known>>();
  /** Items that could not be made, and why. */
  readonly missing = new Map<string, string>();
  sizes: "asking" | "told" | "failed" = "asking";
  chosen: Names = "structures";
  language: string;
  /** Whether there is something of an item, as it was last told: true while its size is asked again. */
  private readonly there = new Map<string, boolean>();
  zip: Zip | null = null;
  online = navigator.onLine;
  private readonly ticked: Set<string>;
  private before: Choices;
  private asked: AbortController | null = null;
  private making: AbortController | null = null;
  private askedFor = "";
  private askedAt = 0;
  private address = "";

  constructor(readonly desk: Desk) {
    this.before = chosenBefore(localStorage.getItem(this.place));
    this.chosen = this.before.names ?? "structures";
    this.language = this.before.language ?? desk.data.language;
    this.ticked = new Set(this.before.ticked ?? ITEMS.filter(({ ticked }) => ticked).map(({ id }) => id));
    for (const type of ["online", "offline"])
      addEventListener(type, () => {
        this.online = navigator.onLine;
        desk.changed();
      });
  }

  /** Where nobody may be named, files name nobody, whatever was chosen. */
  get names(): Names {
    return this.desk.workshop.licence === "chatham-house" ? "none" : this.chosen;
  }

  /** What there is, or may be: a workshop without sheets has none to print. */
  get items(): readonly Item[] {
    return ITEMS.filter(
      ({ id, some }) => this.isThere(id) ?? this.there.get(id) ?? (!some || this.ticked.has(id)),
    );
  }

  private isThere(id: string): boolean | undefined {
    const weight = this.weight(id);
    return weight === null ? undefined : weight > 0;
  }

  get taken(): readonly Item[] {
    return this.items.filter(({ id }) => this.ticked.has(id));
  }

  has(id: string): boolean {
    return this.ticked.has(id);
  }

  /** What the ticked files weigh; null as long as one of them is not known. */
  get bytes(): number | null {
    const sizes = this.taken.map(({ id }) => this.weight(id));
    return sizes.every((size) => size !== null) ? sizes.reduce((sum, size) => sum + size, 0) : null;
  }

  /** What an item weighs in all its formats; null as long as one is not known. */
  weight(id: string): number | null {
    const formats = ITEMS.find((item) => item.id === id)?.formats ?? [];
    const sizes = formats.map(({ format }) => this.known.get(id)?.get(format)?.bytes);
    return sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : null;
  }

  /** How many pages the one file of an item has. */
  pages(id: string): number | null {
    const [first] = this.known.get(id)?.values() ?? [];
    return first?.pages ?? null;
  }

  tick(id: string, on: boolean): void {
    if (on) this.ticked.add(id);
    else this.ticked.delete(id);
    this.keep({ ticked: [...this.ticked] });
    this.forget();
  }

  choose(choice: { names?: Names; language?: string }): void {
    if (choice.names) this.chosen = choice.names;
    if (choice.language) this.language = choice.language;
    this.keep(choice);
    this.forget();
    void this.load();
  }

  /** Chosen once: a page that is read again has not forgotten who is not to be named. */
  private keep(choice: Choices): void {
    this.before = { ...this.before, ...choice };
    localStorage.setItem(this.place, JSON.stringify(this.before));
  }

  private get place(): string {
    return `tablee-files-${this.desk.data.workshop.id}`;
  }

  /** What was said of the last zip is not true of another one. */
  private forget(): void {
    if (this.zip?.state !== "making") this.zip = null;
    this.desk.changed();
  }

  private get choices(): Record<string, string> {
    return { names: this.names, language: this.language };
  }

  /** The address of one file of its own. */
  href({ format, query }: Item["formats"][number]): string {
    return `${this.path}/export.${format}?${new URLSearchParams({ ...query, ...this.choices })}`;
  }

  private get path(): string {
    return `/api/workshops/${this.desk.workshop.id}`;
  }

  /** Asks what there is and how big, unless that was just asked of the same. Sizes come one after the other. */
  async load(again = false): Promise<void> {
    const wanted = `${this.path}/exports?${new URLSearchParams(this.choices)}`;
    const fresh = wanted === this.askedFor && Date.now() - this.askedAt < FRESH_MS;
    if (!again && fresh && this.sizes !== "failed") return;
    this.askedFor = wanted;
    this.askedAt = Date.now();
    this.asked?.abort();
    const asking = new AbortController();
    this.asked = asking;
    for (const { id } of ITEMS) {
      const there = this.isThere(id);
      if (there !== undefined) this.there.set(id, there);
    }
    this.known.clear();
    this.missing.clear();
    this.sizes = "asking";
    this.desk.changed();
    try {
      const answer = await fetch(wanted, { signal: asking.signal, cache: "no-store" });
      if (!answer.ok || answer.body === null) throw new BrokenStream(String(answer.status));
      let whole = false;
      await readStream(partsOf(answer.body), (line) => {
        whole = line.done === true;
        this.learn(line);
      });
      this.sizes = whole && this.missing.size === 0 ? "told" : "failed";
    } catch {
      if (asking.signal.aborted) return;
      this.sizes = "failed";
    }
    this.desk.changed();
  }

  /** The server is back: what it could not say is asked again. */
  back(): void {
    if (this.sizes === "failed") void this.load(true);
  }

  private learn({ id, format, bytes, files, pages, detail }: Line): void {
    if (typeof id !== "string" || typeof format !== "string") return;
    if (typeof bytes !== "number") this.missing.set(id, typeof detail === "string" ? detail : "");
    else {
      const formats = this.known.get(id) ?? new Map<string, Known>();
      formats.set(format, {
        bytes,
        files: Number(files ?? 1),
        pages: typeof pages === "number" ? pages : null,
      });
      this.known.set(id, formats);
    }
    this.desk.changed();
  }

  /** The zip, saved as the browser saves files; `item` alone, or what is ticked. */
  async download(items: readonly string[] = this.taken.map(({ id }) => id)): Promise<void> {
    if (items.length === 0 || !this.online || this.zip?.state === "making") return;
    const making = new AbortController();
    this.making = making;
    this.put({ state: "making", done: 0, of: items.length, item: null });
    this.desk.tell(t("Préparation des fichiers."));
    try {
      const answer = await fetch(`${this.path}/export.zip`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/x-ndjson" },
        body: JSON.stringify({ items, ...this.choices }),
        signal: making.signal,
      });
      if (!answer.ok || answer.body === null) throw new Refusal(await detailOf(answer));
      const file = await readStream(partsOf(answer.body), (line) => this.progress(line));
      if (file === null) throw new BrokenStream("no file");
      const blob = new Blob(file.bytes, { type: "application/zip" });
      this.save(file.name, blob);
      this.put({ state: "saved", name: file.name, bytes: blob.size });
      this.desk.tell(t("{name} est téléchargé.", { name: file.name }));
    } catch (problem) {
      if (!making.signal.aborted) this.put({ state: "failed", words: wordsOf(problem) });
    }
  }

  cancel(): void {
    this.making?.abort();
    this.put(null);
    this.desk.tell(t("Téléchargement arrêté."));
  }

  private progress({ done, of, item, error, detail }: Line): void {
    if (typeof error === "string") throw new Refusal(typeof detail === "string" ? detail : null);
    if (typeof done !== "number" || typeof of !== "number") return;
    this.put({ state: "making", done, of, item: typeof item === "string" ? item : null });
  }

  private put(zip: Zip | null): void {
    this.zip = zip;
    this.desk.changed();
  }

  private save(name: string, blob: Blob): void {
    // the one before is surely written by now
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = this.address;
    link.download = name;
    link.click();
  }
}

interface Choices {
  names?: Names;
  language?: string;
  ticked?: string[];
}

function chosenBefore(written: string | null): Choices {
  try {
    return { ...(JSON.parse(written ?? "{}") as Choices) };
  } catch {
    return {};
  }
}

/** The server says why not. */
class Refusal extends Error {
  constructor(readonly words: string | null) {
    super();
  }
}

async function detailOf(answer: Response): Promise<string | null> {
  const body = (await answer.json().catch(() => ({}))) as { detail?: unknown };
  return typeof body.detail === "string" ? body.detail : null;
}

function wordsOf(problem: unknown): string {
  if (problem instanceof Refusal && problem.words !== null) return problem.words;
  return t("Le téléchargement s'est interrompu. Rien n'est perdu sur le serveur : recommencez.");
}
