// The photos of the rooms this page is in: what there is, what is on its way there, and how one is changed.

import type { Atelier } from "../board/atelier";
import type { Photo } from "../model/page";
import { t, typo } from "../ui/i18n";
import { lighter } from "./lighter";

/** A photo on its way: how much of it has gone, from 0 to 1, or why it did not arrive. */
export interface Sending {
  readonly id: number;
  readonly name: string;
  readonly file: Blob;
  readonly room: string;
  readonly board: string;
  part: number;
  fault: string | null;
  /** Whether it may be taken another time: the server was away, or had too much to do. */
  again: boolean;
}

/** Busy, too many, or away: the same photo may be taken in a moment. */
const PASSING = new Set([409, 429, 500, 502, 503, 504]);

export class Album {
  sending: Sending[] = [];
  private last = 0;
  private underWay: XMLHttpRequest | null = null;
  private busy = false;

  constructor(
    readonly app: Atelier,
    private readonly changed: () => void,
  ) {}

  /** Photos of the board that is shown. */
  get here(): Photo[] {
    const { app } = this;
    return (app.photos.get(app.roomOf(app.board)) ?? []).filter(({ board }) => board === app.board);
  }

  get onTheWay(): Sending[] {
    const { app } = this;
    return this.sending.filter(({ board, room }) => board === app.board && room === app.roomOf(app.board));
  }

  address(photo: Photo, size: "small" | "large"): string {
    return `${this.path(this.app.roomOf(photo.board))}/${photo.id}?size=${size}`;
  }

  mayChange(photo: Photo): boolean {
    const { app } = this;
    return app.leads || (photo.by === app.data.person.id && app.mayWrite && app.closed(null) === null);
  }

  /** What there is may have changed while this page was away. */
  async refresh(): Promise<void> {
    const room = this.app.roomOf(this.app.board);
    try {
      const answer = await fetch(this.path(room));
      if (!answer.ok) return;
      this.app.photos.set(room, ((await answer.json()) as { photos: Photo[] }).photos);
      this.changed();
    } catch {
      // away again: the next return asks once more
    }
  }

  // -- adding -----------------------------------------------------------------------------------

  /** Send pictures to the board that is shown, one after the other. */
  add(files: Iterable<File>): void {
    const { app } = this;
    for (const file of files) {
      this.last++;
      this.sending.push({
        id: this.last,
        name: file.name || t("Photo"),
        file,
        room: app.roomOf(app.board),
        board: app.board,
        part: 0,
        fault: null,
        again: true,
      });
    }
    void this.go();
  }

  /** Photos that no server has, on whatever board. */
  get waiting(): number {
    return this.sending.filter(({ again }) => again).length;
  }

  /** Whether one of them has to be sent again. */
  get stuck(): boolean {
    return this.sending.some(({ again, fault }) => again && fault !== null);
  }

  /** The server answers again. */
  resume(): void {
    for (const one of this.sending) if (one.fault !== null && one.again) this.again(one);
  }

  again(one: Sending): void {
    one.fault = null;
    one.part = 0;
    void this.go();
  }

  forget(one: Sending): void {
    this.sending = this.sending.filter((other) => other !== one);
    if (one.fault === null && one.part > 0) this.underWay?.abort();
    this.changed();
  }

  private async go(): Promise<void> {
    this.changed();
    if (this.busy) return;
    this.busy = true;
    for (;;) {
      const next = this.sending.find(({ fault }) => fault === null);
      if (next === undefined) break;
      next.part = 0.01;
      next.fault = await this.send(next);
      if (next.fault === null) this.sending = this.sending.filter((other) => other !== next);
      this.changed();
    }
    this.busy = false;
  }

  /** Why it was not taken; null when it was. */
  private async send(one: Sending): Promise<string | null> {
    const picture = await lighter(one.file);
    if (!this.sending.includes(one)) return null; // taken back meanwhile
    const { room, board } = one;
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      this.underWay = request;
      request.open("POST", `${this.path(room)}?${new URLSearchParams({ board })}`);
      request.setRequestHeader("content-type", picture.type || "application/octet-stream");
      request.responseType = "json";
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        one.part = total > 0 ? loaded / total : 0.5;
        this.changed();
      });
      request.addEventListener("load", () => {
        const answer = request.response as (Photo & { detail?: string }) | null;
        if (request.status === 201 && answer !== null) {
          this.learn(room, answer);
          resolve(null);
          return;
        }
        one.again = PASSING.has(request.status);
        resolve(answer?.detail ? typo(answer.detail) : t("Cette photo n'a pas été acceptée."));
      });
      for (const end of ["error", "timeout"])
        request.addEventListener(end, () =>
          resolve(t("La photo n'est pas partie : le serveur ne répond pas.")),
        );
      request.addEventListener("abort", () => resolve(null));
      request.send(picture);
    });
  }

  private learn(room: string, photo: Photo): void {
    const others = (this.app.photos.get(room) ?? []).filter(({ id }) => id !== photo.id);
    this.app.photos.set(room, [...others, photo]);
    this.changed();
  }

  // -- changing ---------------------------------------------------------------------------------

  /** Why it was refused; null when it was not. */
  async caption(photo: Photo, caption: string): Promise<string | null> {
    const room = this.app.roomOf(photo.board);
    const fault = await this.ask(photo, "PATCH", { caption });
    if (fault === null) {
      const all = this.app.photos.get(room) ?? [];
      this.app.photos.set(
        room,
        all.map((one) => (one.id === photo.id ? { ...one, caption: caption.trim() } : one)),
      );
      this.changed();
    }
    return fault;
  }

  async remove(photo: Photo): Promise<string | null> {
    const room = this.app.roomOf(photo.board);
    const fault = await this.ask(photo, "DELETE");
    if (fault === null) {
      this.app.photos.set(
        room,
        (this.app.photos.get(room) ?? []).filter(({ id }) => id !== photo.id),
      );
      this.changed();
    }
    return fault;
  }

  private async ask(photo: Photo, method: string, body?: object): Promise<string | null> {
    try {
      const answer = await fetch(`${this.path(this.app.roomOf(photo.board))}/${photo.id}`, {
        method,
        ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (answer.ok || (method === "DELETE" && answer.status === 404)) return null;
      const { detail } = (await answer.json()) as { detail?: string };
      return detail ? typo(detail) : t("Cela n'a pas été accepté. Réessayez dans un instant.");
    } catch {
      return t("Le serveur ne répond pas. Réessayez dans un instant.");
    }
  }

  private path(room: string): string {
    return `${this.app.data.base}/api/rooms/${room}/photos`;
  }
}
