// A photo to read from: fitted, or larger and moved about, by mouse, fingers and keys.

import { html, type TemplateResult } from "lit";
import type { Photo } from "../model/page";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Album } from "./album";

/** Times the fitted size; classes `z0`… of paper.css draw them. */
const STEPS = [1, 1.5, 2, 3, 4, 6];

export class Viewer {
  private step = 0;

  constructor(
    private readonly album: Album,
    private readonly changed: () => void,
  ) {}

  fit(): void {
    this.step = 0;
  }

  view(photo: Photo, name: string): TemplateResult {
    const zoom = STEPS[this.step] ?? 1;
    const to = (step: number) => {
      this.step = Math.min(STEPS.length - 1, Math.max(0, step));
      this.changed();
    };
    const keys = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") to(this.step + 1);
      else if (event.key === "-") to(this.step - 1);
      else if (event.key === "0") to(0);
      else return;
      event.preventDefault();
    };
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      to(this.step + (event.deltaY < 0 ? 1 : -1));
    };
    return html`<div class="photoview">
      <div class="photoground" tabindex="0" role="group" aria-label=${t("Photo, à parcourir avec les flèches")} @keydown=${keys} @wheel=${wheel}>
        <img class=${`z${this.step}`} width=${photo.width} height=${photo.height} src=${this.album.address(photo, "large")} alt=${name}></div>
      <div class="row photozoom" role="group" aria-label=${t("Agrandir la photo")}>
        <button class="btn icon sm" type="button" aria-label=${t("Plus petit")} ?disabled=${this.step === 0} @click=${() => to(this.step - 1)}>${picture("minus", 17)}</button>
        <span class="tnum" aria-live="polite">${zoom === 1 ? t("Ajustée") : `× ${zoom}`}</span>
        <button class="btn icon sm" type="button" aria-label=${t("Plus grand")} ?disabled=${this.step === STEPS.length - 1} @click=${() => to(this.step + 1)}>${picture("plus", 17)}</button>
      </div></div>`;
  }
}
